package io.nationtech.iot.platform;

import static io.nationtech.iot.platform.TokenClient.scopes;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People sign in to kubectl with what docs/people.md and examples/people say, and no others do. */
class KubectlSignInTest {
  private static final Path EXAMPLES = Images.root().resolve("examples");
  private static final String SCOPE = "openid profile urn:zitadel:iam:org:projects:roles";
  private static final String UNAUTHORIZED =
      "error: You must be logged in to the server (Unauthorized)";

  @TempDir private static Path tokens;
  private static ZitadelTokenEndpoint zitadel;
  private static ZitadelManagement management;
  private static KubernetesApi kubernetes;

  @BeforeAll
  static void start() throws IOException {
    var authority = new PrivateAuthority();
    var issued = authority.issue("dns:localhost", Instant.now().minusSeconds(60), 1);
    var trusted = Files.readString(authority.certificate());
    var https = new ZitadelTokenEndpoint.Https(issued.certificate(), issued.key(), trusted);
    zitadel =
        ZitadelTokenEndpoint.start(
            Place.FREE, NatsServer.newPassword(), Duration.ofHours(1), https);
    management = zitadel.management();
    kubernetes =
        KubernetesApi.start(
            new KubernetesApi.SignIn(configuration(trusted), zitadel.containerAddress()));
    kubectl("admin", "apply", "-f", Images.root().resolve("charts/iot-operator/crds").toString());
    kubectl("admin", "wait", "--for=condition=Established", "crd", "--all");
    kubectl("admin", "apply", "-f", EXAMPLES.resolve("people/roles.yaml").toString());
    kubectl("admin", "apply", "-f", EXAMPLES.resolve("hello").toString());
    // The server asks the provider for its keys after it has said that it is ready.
    var first = person("first", "viewer");
    await().atMost(Duration.ofSeconds(60)).until(() -> says(first, "get", "ddep").exitCode() == 0);
  }

  @AfterAll
  static void stop() {
    kubernetes.close();
    zitadel.close();
  }

  /** The example, for this issuer and its private authority. */
  private static String configuration(String authority) throws IOException {
    var issuer = "    url: " + zitadel.issuer() + "\n    certificateAuthority: |\n";
    var example = Files.readString(EXAMPLES.resolve("people/authentication.yaml"));
    return example.replace("    url: https://id.example\n", issuer + authority.indent(6));
  }

  @Test
  void aViewerSeesEverythingAndChangesNothing() {
    var viewer = person("ada", "viewer");

    for (var resource : new String[] {"devices", "devicegroups", "devicedeployments", "events"}) {
      kubectl(viewer, "get", resource, "--all-namespaces");
    }
    assertTrue(kubectl(viewer, "get", "ddep").contains("hello"));
    assertForbidden(viewer, "delete", "ddep", "hello");
    assertForbidden(viewer, "annotate", "ddep", "hello", "note=mine");
    assertForbidden(viewer, "label", "--overwrite", "device", "pi-1", "role=oven");
    assertForbidden(viewer, "get", "secrets");
  }

  @Test
  void supportSeesAndChangesNothing() {
    var support = person("sam", "support");

    assertTrue(kubectl(support, "get", "ddep").contains("hello"));
    assertForbidden(support, "delete", "ddep", "hello");
  }

  @Test
  void aFleetOperatorChangesTheFleetAndNothingElse() {
    var operator = person("olga", "fleet-operator");
    var device = EXAMPLES.resolve("hello/device.yaml").toString();

    kubectl(operator, "label", "device", "pi-1", "place=cellar");
    kubectl(operator, "delete", "-f", device);
    kubectl(operator, "apply", "-f", device);
    assertForbidden(operator, "get", "secrets");
    assertForbidden(operator, "delete", "crd", "devices." + Wire.API_GROUP);
    assertForbidden(operator, "create", "namespace", "mine");
  }

  @Test
  void theServerKnowsAPersonBySubjectAndTellsTheName() {
    var who = kubectl(person("eve", "viewer"), "auth", "whoami");

    assertTrue(who.contains("zitadel:"), who);
    assertTrue(who.contains("iot:viewer"), who);
    assertTrue(who.contains("eve"), who);
  }

  @Test
  void aPersonWithoutARoleDoesNotGetIn() {
    assertUnauthorized(user("nora", idToken(management.createPerson("nora"), SCOPE)));
  }

  @Test
  void aRoleInAnotherProjectIsNone() {
    var person = management.createPerson("otto");
    management.grant(person, zitadel.otherProject(), "fleet-operator");

    assertUnauthorized(user("otto", idToken(person, SCOPE + " " + scopes(zitadel.otherProject()))));
  }

  @Test
  void aRoleThatAnotherOrganisationGrantedIsNone() {
    var person = management.createPerson("olaf");
    zitadel.management(zitadel.otherOrganisation()).grant(person, zitadel.project(), "viewer");

    assertUnauthorized(user("olaf", idToken(person, SCOPE)));
  }

  @Test
  void anAccessTokenIsNotForKubectl() {
    var person = management.createPerson("amy");
    management.grant(person, zitadel.project(), "viewer");

    var token = management.login(person, zitadel.application(), SCOPE).path("access_token");

    assertUnauthorized(user("amy", token.textValue()));
  }

  @Test
  void aDevicesTokenDoesNotGetInWhateverAudienceAndRoleItHas() {
    var device = management.createMachineUser("pi-1");
    management.grant(device.userId(), zitadel.project(), "device", "fleet-operator");
    var client = new TokenClient(zitadel.client(), zitadel.issuer());
    var scope = scopes(zitadel.project()) + " " + scopes(zitadel.application()) + " openid";

    var answer = client.tokens(device, scope);

    var access = answer.path("access_token").textValue();
    var audience = client.verified(access).claims().path("aud").toString();
    assertTrue(audience.contains(zitadel.application()), audience);
    assertRefusedBecause("azp", user("pi-1", access));
    // Whether its azp were refused is not seen: a device's id_token has expired when it is made.
    assertRefusedBecause("expired", user("pi-1-id", answer.path("id_token").textValue()));
  }

  @Test
  void whatIsNoTokenDoesNotGetIn() {
    assertUnauthorized(user("mallory", "not.a.token"));
  }

  /** Signed in with a role; gives the kubeconfig's user. */
  private static String person(String name, String role) {
    var id = management.createPerson(name);
    management.grant(id, zitadel.project(), role);
    return user(name, idToken(id, SCOPE));
  }

  private static String idToken(String person, String scope) {
    return management.login(person, zitadel.application(), scope).path("id_token").textValue();
  }

  /** As docs/people.md says it: a file that only its owner reads, named in the kubeconfig. */
  private static String user(String name, String token) {
    var file = tokens.resolve(name);
    var owner = PosixFilePermissions.fromString("rw-------");
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(owner));
      Files.writeString(file, token);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kubectl("admin", "config", "set", "users." + name + ".tokenFile", file.toString());
    return name;
  }

  private static Command says(String user, String... arguments) {
    var whole = new String[arguments.length + 1];
    whole[0] = "--user=" + user;
    System.arraycopy(arguments, 0, whole, 1, arguments.length);
    return kubernetes.kubectl(whole);
  }

  private static String kubectl(String user, String... arguments) {
    var answer = says(user, arguments);
    assertEquals(0, answer.exitCode(), answer.output());
    return answer.output();
  }

  private static void assertForbidden(String user, String... arguments) {
    var answer = says(user, arguments);
    assertEquals(1, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("Error from server (Forbidden): "), answer.output());
    assertTrue(answer.output().contains("User \"zitadel:"), answer.output());
  }

  /** {@code reason}: what only the server's log tells. */
  private static void assertRefusedBecause(String reason, String user) {
    int before = kubernetes.logs().length();
    assertUnauthorized(user);
    await()
        .untilAsserted(
            () -> {
              var said = kubernetes.logs().substring(before);
              assertTrue(said.contains("Unable to authenticate") && said.contains(reason), said);
            });
  }

  private static void assertUnauthorized(String user) {
    var answer = says(user, "get", "ddep");
    assertEquals(1, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains(UNAUTHORIZED), answer.output());
    assertFalse(answer.output().contains("hello"), answer.output());
  }
}
