package io.nationtech.iot.platform.enrol;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private record Said(int code, String out, String err) {
    Said hasCode(int expected) {
      assertEquals(expected, code, err);
      return this;
    }

    Said says(String words) {
      assertTrue(err.contains(words), err);
      return this;
    }
  }

  /** Runs with good options, and then these, which count where they contradict them. */
  private Said enrol(String... arguments) throws IOException {
    var all = new ArrayList<String>();
    all.add("--issuer=" + zitadel.issuer());
    all.add("--project=" + zitadel.project());
    all.add("--organisation=" + zitadel.organisation());
    all.add("--token-file=" + file("token", zitadel.managementToken() + "\n"));
    all.add("--nats-url=tls://nats.example:4222");
    all.add("--directory=" + directory);
    all.addAll(List.of(arguments));
    var said = run(all);
    for (var text : List.of(said.out(), said.err())) {
      assertFalse(text.contains("PRIVATE KEY") || text.contains(zitadel.managementToken()), text);
    }
    return said;
  }

  private static Said run(List<String> arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var usualOut = System.out;
    var usualErr = System.err;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      int code = Enrol.run(arguments.toArray(String[]::new));
      return new Said(code, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(usualOut);
      System.setErr(usualErr);
    }
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
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
    var before = key("pi-twice");

    var said = enrol("pi-twice").hasCode(0).says("service account pi-twice is there");

    said.says("its key is in").says("it signs in as pi-twice");
    assertEquals(before.json(), key("pi-twice").json());
    assertTrue(said.out().contains(before.userId()), said.out());
  }

  @Test
  void aNewKeyIsMadeOnlyWhereItIsAskedForAndTheOldOneStaysGood() throws IOException {
    enrol("pi-key").hasCode(0);
    var before = key("pi-key");

    enrol("pi-key", "--new-key").hasCode(0);

    assertNotEquals(before.keyId(), key("pi-key").keyId());
    assertEquals(before.userId(), key("pi-key").userId());
    signIn(before);
  }

  @Test
  void aKeyThatIsElsewhereIsNotReplaced() throws IOException {
    enrol("pi-away").hasCode(0);
    Files.delete(directory.resolve("pi-away/key.json"));

    enrol("pi-away").hasCode(0).says("no key made");

    assertFalse(Files.exists(directory.resolve("pi-away/key.json")));
  }

  @Test
  void theKeyOfAnAccountThatWasRemovedIsReplaced() throws IOException {
    enrol("pi-again").hasCode(0);
    var before = key("pi-again");
    zitadel.management().removeUser(before.userId());

    enrol("pi-again").hasCode(0);

    assertNotEquals(before.userId(), key("pi-again").userId());
    signIn(key("pi-again"));
  }

  @Test
  void aTemplateIsUsedForEveryDevice() throws IOException {
    var template = file("template", "device = \"{{device}}\"\n[policy]\nprivileged = true\n");

    enrol("pi-plant", "--template=" + template).hasCode(0);

    assertEquals(
        "device = \"pi-plant\"\n[policy]\nprivileged = true\n",
        Files.readString(directory.resolve("pi-plant/agent.toml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "*", ">", "", "Pi-1", "pi_1", "pi-", "pié", "../pi"})
  void whatIsNoDeviceIdIsRefusedBeforeAnybodyIsAsked(String id) throws IOException {
    enrol(id, "--issuer=http://localhost:1").hasCode(2).says("no device id");
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
        Arguments.of("--issuer=https://id.example/oauth", "https://host"),
        Arguments.of("--issuer=http://id.example", "a token is sent there"),
        Arguments.of("--token-file=/nowhere", "/nowhere can't be read"),
        Arguments.of("--token-file=/dev/null", "no token"),
        Arguments.of("--template=/nowhere", "/nowhere can't be read"),
        Arguments.of("--ca-file=/dev/null", "holds no certificate"),
        Arguments.of("--tokn=x", "Unknown option"));
  }

  @ParameterizedTest
  @MethodSource("wrongOptions")
  void aWrongOptionIsNamed(String option, String words) throws IOException {
    enrol("pi-options", option).hasCode(2).says(words);
  }

  @Test
  void withoutTheMostNeededOptionsTheyAreNamed() {
    run(List.of("pi-1")).hasCode(2).says("--issuer").says("--organisation").says("--project");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("--issuer=http://localhost:1", "can't be reached"),
        Arguments.of("--organisation=1", "Org User Manager"),
        Arguments.of("--project=1", "Errors.Project.NotFound"),
        Arguments.of("--directory=/proc/none", "can't write"),
        Arguments.of("--kubectl=/nowhere", "kubectl is missing"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatCanNotBeDoneIsSaidInASentence(String option, String words) throws IOException {
    var said = enrol("pi-refused", option, "--apply").says(words);

    assertEquals(option.contains("kubectl") ? 69 : 1, said.code(), said.err());
    assertFalse(said.err().contains("\tat "), said.err());
  }

  @Test
  void aTokenThatTheProviderDoesNotKnowIsSaidToBeNone() throws IOException {
    enrol("pi-token", "--token-file=" + file("other", "someone-s"))
        .hasCode(1)
        .says("does not know the token");
  }

  @Test
  void anAccountThatCanNotBeADevicesIsSaidToBeSo() throws IOException {
    var management = zitadel.management();
    management.createMachineUser("pi-opaque", "");
    enrol("pi-opaque", "--new-key").hasCode(1).says("to JWT");

    var viewer = management.createMachineUser("pi-viewer", "ACCESS_TOKEN_TYPE_JWT");
    management.grant(viewer, zitadel.project(), "viewer");
    enrol("pi-viewer", "--new-key").hasCode(1).says("granted it the role device");

    enrol("pi-inactive").hasCode(0);
    management.deactivate(key("pi-inactive").userId());
    enrol("pi-inactive").hasCode(1).says("Errors.User.NotActive");

    enrol("pi-unkeyed").hasCode(0);
    management.removeKey(key("pi-unkeyed"));
    enrol("pi-unkeyed").hasCode(1).says("was removed there");
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
