package io.nationtech.iot.platform.enrol;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.KubernetesApi;
import io.nationtech.iot.platform.SignedToken;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelManagement.KeyFile;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a person types it, on the token endpoint that behaves as Zitadel does. */
class EnrolTest {
  private static ZitadelTokenEndpoint zitadel;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    zitadel = ZitadelTokenEndpoint.start();
  }

  @AfterAll
  static void stop() {
    zitadel.close();
  }

  private Said enrol(String... arguments) throws IOException {
    var said = Said.enrolling(zitadel, directory, arguments);
    for (var text : List.of(said.out(), said.err())) {
      assertFalse(text.contains("PRIVATE KEY") || text.contains(zitadel.managementToken()), text);
    }
    return said;
  }

  private KeyFile key(String device) {
    return KeyFile.read(directory.resolve(device).resolve("key.json")).orElseThrow();
  }

  private static SignedToken signIn(KeyFile key) {
    var scopes = TokenClient.scopes(zitadel.project()) + " urn:zitadel:iam:user:metadata";
    return new TokenClient(zitadel.client(), zitadel.issuer()).accessToken(key, scopes);
  }

  @Test
  void allThatADeviceNeedsIsMade() throws IOException {
    var said = enrol("pi-new").hasCode(0);

    var token = signIn(key("pi-new"));
    assertEquals("pi-new", token.claims().path("client_id").asText());
    assertTrue(token.roles(zitadel.project()).path("device").has(zitadel.organisation()));
    assertEquals(
        "cGktbmV3", token.claims().at("/urn:zitadel:iam:user:metadata/device_id").asText());
    var pinned =
        """
        metadata:
          name: pi-new
        spec:
          identity:
            issuer: %s
            subject: "%s"
            organisation: "%s"
        """
            .formatted(zitadel.issuer(), key("pi-new").userId(), zitadel.organisation());
    assertTrue(said.out().endsWith(pinned), said.out());
    assertEquals(said.out(), Files.readString(directory.resolve("pi-new/device.yaml")));
    var agent = Files.readString(directory.resolve("pi-new/agent.toml"));
    assertTrue(agent.contains("device = \"pi-new\""), agent);
    assertTrue(agent.contains("urls = [\"tls://nats.example:4222\"]"), agent);
  }

  @Test
  void nobodyElseCanReadTheKeyAndItIsPrintedNowhere() throws Exception {
    var said = enrol("pi-secret").hasCode(0);
    var lines =
        CanonicalJson.parse(key("pi-secret").json()).path("key").textValue().lines().toList();

    for (var name : List.of("key.json", "agent.toml")) {
      assertEquals("rw-------", permissions(directory.resolve("pi-secret").resolve(name)));
    }
    assertEquals("rwx------", permissions(directory.resolve("pi-secret")));
    for (var text : List.of(said.out(), said.err())) {
      assertFalse(text.contains(lines.get(1)), text);
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aSecondRunLeavesAllAsItIs() throws IOException {
    enrol("pi-twice").hasCode(0);
    var before = files("pi-twice");

    var said = enrol("pi-twice").hasCode(0).says("service account pi-twice is there");

    said.says("its key is in").says("it signs in as pi-twice");
    assertFalse(said.err().contains("made anew"), said.err());
    assertEquals(before, files("pi-twice"));
    assertEquals(before.getLast(), said.out());
  }

  @Test
  void whatSomebodyEditedStaysAndIsNamed() throws IOException {
    enrol("pi-edited").hasCode(0);
    for (var name : List.of("agent.toml", "device.yaml")) {
      Files.writeString(directory.resolve("pi-edited").resolve(name), "# mine\n", APPEND);
    }
    var before = files("pi-edited");

    var said = enrol("pi-edited", "--nats-url=tls://elsewhere:4222").hasCode(0);

    said.says("pi-edited/agent.toml stays").says("pi-edited/device.yaml stays");
    assertEquals(before, files("pi-edited"));
    assertEquals(before.getLast(), said.out());
  }

  private List<String> files(String device) throws IOException {
    var texts = new ArrayList<String>();
    for (var name : List.of("key.json", "agent.toml", "device.yaml")) {
      texts.add(Files.readString(directory.resolve(device).resolve(name)));
    }
    return texts;
  }

  @Test
  void aNewKeyIsMadeOnlyWhereItIsAskedForAndTheOldOneStaysGood() throws IOException {
    enrol("pi-key").hasCode(0);
    var before = key("pi-key");

    enrol("pi-key", "--new-key").hasCode(0).says("pi-key/key.json");

    assertNotEquals(before.keyId(), key("pi-key").keyId());
    assertEquals(before.userId(), key("pi-key").userId());
    signIn(before);
  }

  @Test
  void aKeyThatIsElsewhereIsNotReplaced() throws IOException {
    enrol("pi-away").hasCode(0);
    Files.delete(directory.resolve("pi-away/key.json"));

    var said = enrol("pi-away").hasCode(0).says("no key made").says("pi-away/agent.toml");

    assertFalse(said.err().contains("key.json"), said.err());
    assertFalse(Files.exists(directory.resolve("pi-away/key.json")));
  }

  @Test
  void theKeyOfAnAccountThatWasRemovedIsReplaced() throws IOException {
    enrol("pi-again").hasCode(0);
    var before = key("pi-again");
    zitadel.management().removeUser(before.userId());

    enrol("pi-again").hasCode(1).says("pi-again/device.yaml pins another account: remove it");
    Files.delete(directory.resolve("pi-again/device.yaml"));
    enrol("pi-again").hasCode(0);

    assertNotEquals(before.userId(), key("pi-again").userId());
    signIn(key("pi-again"));
  }

  @Test
  void aTemplateIsUsedForEveryDevice() throws IOException {
    var template =
        Files.writeString(
            directory.resolve("template"),
            "device = \"{{device}}\"\n[policy]\nprivileged = true\n");

    enrol("pi-plant", "--template=" + template).hasCode(0);

    assertEquals(
        "device = \"pi-plant\"\n[policy]\nprivileged = true\n",
        Files.readString(directory.resolve("pi-plant/agent.toml")));
  }

  @Test
  void theDeviceIsAppliedAndWhatOthersWroteIntoItStays() throws IOException {
    try (var kubernetes = KubernetesApi.start()) {
      kubectl(kubernetes, "apply", "-f", path("charts/iot-operator/crds"));
      kubectl(kubernetes, "wait", "--for=condition=Established", "crd", "--all");
      kubectl(kubernetes, "apply", "-f", path("examples/hello/device.yaml"));

      var options = "--kubeconfig=" + kubernetes.kubeconfig();
      var program = "--kubectl=" + KubernetesApi.kubectl();
      assertEquals("", enrol("pi-1", "--apply", options, program).hasCode(0).out());
      enrol("pi-made", "--apply", options, program).hasCode(0).says("pi-made created");

      var shown = "jsonpath={.spec.identity.subject} {.metadata.labels.role}";
      assertEquals(
          key("pi-1").userId() + " boiler", kubectl(kubernetes, "get", "dev", "pi-1", "-o", shown));
    }
  }

  private static String path(String inCheckout) {
    return Images.root().resolve(inCheckout).toString();
  }

  private static String kubectl(KubernetesApi kubernetes, String... arguments) {
    var answer = kubernetes.kubectl(arguments);
    assertEquals(0, answer.exitCode(), answer.output());
    return answer.output();
  }
}
