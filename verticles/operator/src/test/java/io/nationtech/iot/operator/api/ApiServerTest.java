package io.nationtech.iot.operator.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.KubernetesApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl and a real API server make of the CRDs and of resources. */
class ApiServerTest {
  private static final KubernetesApi API = KubernetesApi.start();
  private static final String API_VERSION = Wire.API_GROUP + "/" + Wire.API_VERSION;
  private static final String GOOD =
      """
      apiVersion: %s
      kind: DeviceDeployment
      metadata: {name: hello}
      spec:
        target: {devices: [pi-1]}
        score: {type: PodmanV0, data: {services: [{name: web, image: hello:1}]}}
      """
          .formatted(API_VERSION);

  @TempDir Path directory = Path.of("");

  @BeforeAll
  static void applyCrds() {
    ok("apply", "-f", Crds.directory().toString());
    ok("wait", "crd", "--all", "--for=condition=Established", "--timeout=30s");
  }

  @AfterAll
  static void stop() {
    API.close();
  }

  @Test
  void theContractsOwnExampleIsAccepted() {
    var resource = Objects.requireNonNull(getClass().getResource("/contract.yaml")).getPath();
    ok("apply", "--dry-run=server", "--validate=strict", "-f", resource);
  }

  @Test
  void aWrongFieldIsRefusedAndNamed() throws IOException {
    refused(
        GOOD.replace("image: hello:1", "image: hello:1, imagePolicy: Always"),
        "spec.score.data.services[0].imagePolicy");
  }

  @Test
  void aMissingImageIsRefusedAndNamed() throws IOException {
    refused(GOOD.replace(", image: hello:1", ""), "spec.score.data.services[0].image");
  }

  @Test
  void twoTargetsOrNoneAreRefusedAndNamed() throws IOException {
    refused(GOOD.replace("{devices: [pi-1]}", "{devices: [pi-1], group: a}"), "spec.target");
    refused(GOOD.replace("{devices: [pi-1]}", "{}"), "exactly one of group, devices and selector");
  }

  @Test
  void anUpdateRuleThatNoDeviceCouldKeepIsRefusedAndNamed() throws IOException {
    update("maintenanceWindow: {schedule: 0 3 * *, durationMinutes: 60}", "schedule");
    update("maintenanceWindow: {schedule: 0 3 * * MO+, durationMinutes: 60}", "schedule");
    update("maintenanceWindow: {schedule: 0 3 * * 6, durationMinutes: 0}", "durationMinutes");
    update("lock: {volume: data, file: /etc/passwd}", "spec.update.lock.file");
    update("lock: {volume: data, file: a/../../b}", "spec.update.lock.file");
    update("lock: {volume: ../data, file: a}", "spec.update.lock.volume");
  }

  private void update(String rule, String message) throws IOException {
    refused(GOOD.replace("  score:", "  update: {" + rule + "}\n  score:"), message);
  }

  @Test
  void badValuesAreRefusedAndNamed() throws IOException {
    service("volumes: [{mountPath: /a}]", "services[0].volumes[0]");
    service("volumes: [{name: a, hostPath: /b, mountPath: /a}]", "name or hostPath");
    service("volumes: [{name: a, mountPath: a}]", "services[0].volumes[0].mountPath");
    service("secrets: [{name: a, path: b, key: c}]", "env or file");
    service("labels: {" + Wire.LABEL_DEVICE + ": a}", "services[0].labels");
    service("ports: [{containerPort: 70000}]", "services[0].ports[0].containerPort");
    service("pullPolicy: Sometimes", "services[0].pullPolicy");
    refused(GOOD.replace("name: web", "name: Web"), "services[0].name");
    refused(GOOD.replace("PodmanV0", "PodmanV9"), "spec.score.type");
    refused(GOOD.replace("name: hello}", "name: hello.world}"), "metadata.name");
    refused(GOOD.substring(0, GOOD.indexOf("spec:")), "spec: Required value");
    refused(GOOD + "  rollout: {maxUnavailable: 0}\n", "spec.rollout.maxUnavailable");
    refused(GOOD + "  rollout: {maxUnavailable: 101%}\n", "spec.rollout.maxUnavailable");
  }

  @Test
  void aWrongIdentityIsRefusedAndNamed() throws IOException {
    var good = "{issuer: 'https://id.example', subject: '4711', organisation: '400'}";
    var file = Files.writeString(directory.resolve("device.yaml"), device(good));
    ok("apply", "--dry-run=server", "--validate=strict", "-f", file.toString());
    for (var field : List.of("issuer", "subject", "organisation")) {
      var without = good.replaceFirst(field + ": '[^']*',? ?", "");
      refused(device(without), "spec.identity." + field + ": Required value");
      for (var wrong : List.of("", "a b", "p\u00ef", "a\u202eb", "x".repeat(2000))) {
        var bad = good.replaceFirst(field + ": '[^']*'", field + ": \"" + wrong + "\"");
        refused(device(bad), "spec.identity." + field + ":");
      }
    }
    refused(device(good.replace("https://id.example", "id.example")), "spec.identity.issuer:");
    refused(device(good.replace("}", ", user: a}")), "spec.identity.user");
    refused(device("{}"), "spec.identity.issuer: Required value");
  }

  @Test
  void explainDescribesEveryFieldOfAService() {
    var text = ok("explain", "ddep.spec.score.data.services");
    assertTrue(text.contains("image\t<string> -required-"), text);
    for (var field :
        List.of("healthcheck", "secrets", "files", "devices", "dependsOn", "resources")) {
      assertTrue(Pattern.compile("(?m)^  " + field + "\t").matcher(text).find(), text);
    }
    assertTrue(!text.contains("<no description>"), text);
  }

  @Test
  void getShowsCountsAndAges() throws IOException {
    var file = Files.writeString(directory.resolve("good.yaml"), GOOD + "---\n" + device());
    ok("apply", "-f", file.toString());
    var text = ok("get", "ddep,dev");
    assertTrue(
        Pattern.compile("NAME +DEVICES +UPDATED +READY +FAILED +REASON +AGE").matcher(text).find(),
        text);
    assertTrue(
        Pattern.compile("NAME +CONNECTED +READY +AGENT +LAST SEEN +AGE").matcher(text).find(),
        text);
    assertTrue(ok("get", "iot").contains("devicedeployment." + Wire.API_GROUP + "/hello"));
    ok("delete", "-f", file.toString());
  }

  private static String device() {
    return "apiVersion: %s\nkind: Device\nmetadata: {name: pi-1}\nspec: {}\n"
        .formatted(API_VERSION);
  }

  private static String device(String identity) {
    return device().replace("{}", "{identity: " + identity + "}");
  }

  private void service(String field, String named) throws IOException {
    refused(GOOD.replace("image: hello:1", "image: hello:1, " + field), named);
  }

  private void refused(String manifest, String named) throws IOException {
    var file = Files.writeString(directory.resolve("bad.yaml"), manifest);
    var answer = API.kubectl("apply", "-f", file.toString());
    assertNotEquals(0, answer.exitCode(), manifest);
    assertTrue(answer.output().contains(named), answer.output());
  }

  private static String ok(String... arguments) {
    var answer = API.kubectl(arguments);
    assertEquals(0, answer.exitCode(), answer.output());
    return answer.output();
  }
}
