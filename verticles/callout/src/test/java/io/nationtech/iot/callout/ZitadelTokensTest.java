package io.nationtech.iot.callout;

import static io.nationtech.iot.callout.RawClient.pub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelManagement;
import io.nationtech.iot.platform.ZitadelManagement.KeyFile;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets in with what zitadel-token-endpoint issues, and who does not, and why. */
class ZitadelTokensTest {
  private static final String VIOLATION = "-ERR 'Authorization Violation'";
  private static final String NO_ROLE = "no role in the project, granted by a listed organisation";
  private static final String PEOPLE = "openid profile";
  private static ZitadelTokenEndpoint zitadel;
  private static ZitadelManagement management;
  private static TokenClient client;
  private static Fixture fixture;

  @BeforeAll
  static void start() {
    zitadel = ZitadelTokenEndpoint.start();
    management = zitadel.management();
    client = new TokenClient(zitadel.client(), zitadel.issuer());
    fixture = new Fixture();
    fixture.writePolicy(fixture.policyText().replace(fixture.issuer.url(), zitadel.issuer()));
    fixture.startCallout();
  }

  @AfterAll
  static void stop() {
    fixture.close();
    zitadel.close();
  }

  @Test
  void aDeviceGetsInByItsRoleAndIsKnownByTheNameOfItsServiceUser() {
    try (var device = fixture.raw(accessToken(device("pi-1"), scopes()))) {
      assertEquals(List.of("PONG"), device.exchange(pub(Wire.heartbeat("pi-1"), "", "{}")));
      var answers = device.exchange(pub(Wire.heartbeat("pi-2"), "", "{}"));
      assertTrue(answers.getFirst().contains("Permissions Violation"), answers.toString());
    }
  }

  @Test
  void aPersonGetsInByTheAccessTokenOfAnApplication() {
    var token = tokensOf(person("ada")).path("access_token").textValue();
    try (var person = fixture.raw(token)) {
      assertEquals(List.of("PONG"), person.exchange("SUB " + Wire.heartbeat("*") + " 1\r\n"));
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        token("of a user without a role", NO_ROLE, () -> accessToken(user("bare"), scopes())),
        token(
            "that does not ask for roles",
            NO_ROLE,
            () -> accessToken(device("quiet"), scopes().split(" ", 2)[0])),
        token(
            "with a role granted by an unlisted organisation",
            NO_ROLE,
            () -> {
              var file = user("elsewhere");
              zitadel
                  .management(zitadel.otherOrganisation())
                  .grant(file.userId(), zitadel.project(), "device");
              return accessToken(file, scopes());
            }),
        token(
            "of another project",
            "the audience is not this project",
            () -> accessToken(inOtherProject("other"), scopes(zitadel.otherProject()))),
        token(
            "of another project that names this one as audience",
            NO_ROLE,
            () ->
                accessToken(
                    inOtherProject("both"), scopes() + " " + scopes(zitadel.otherProject()))),
        token(
            "that is opaque",
            "not a JWT: an opaque token, or damaged",
            () -> {
              var id = management.createMachineUser("opaque", "ACCESS_TOKEN_TYPE_BEARER");
              management.grant(id, zitadel.project(), "device");
              var file = management.addKey(id);
              return client.tokens(file, scopes()).path("access_token").textValue();
            }),
        token(
            "that is a device's id_token",
            "an id_token gives no access",
            () ->
                client
                    .tokens(device("identified"), "openid " + scopes())
                    .path("id_token")
                    .textValue()),
        token(
            "that is a person's id_token",
            "an id_token gives no access",
            () -> tokensOf(person("eve")).path("id_token").textValue()),
        token(
            "of a name that belongs to a user of another organisation",
            "device 'owned' belongs to another identity than ",
            () -> {
              fixture.raw(accessToken(device("owned"), scopes())).close();
              var file = zitadel.management(zitadel.otherOrganisation()).createMachineUser("owned");
              management.grant(file.userId(), zitadel.project(), "device");
              return accessToken(file, scopes());
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void aTokenIsRefused(String what, String reason, Supplier<@Nullable String> issued) {
    var token = Objects.requireNonNull(issued.get(), what);
    try (var logged = new Logged();
        var peer = fixture.raw()) {
      assertEquals(VIOLATION, peer.signIn(token), what);
      var said = logged.text().lines().filter(line -> line.startsWith("login from ")).toList();
      assertEquals(1, said.size(), said.toString());
      assertTrue(said.getFirst().contains(" denied: " + reason), said.toString());
    }
  }

  private static Arguments token(String what, String reason, Supplier<@Nullable String> token) {
    return Arguments.of(what, reason, token);
  }

  private static KeyFile user(String name) {
    return management.createMachineUser(name);
  }

  private static KeyFile device(String name) {
    var file = user(name);
    management.grant(file.userId(), zitadel.project(), "device");
    return file;
  }

  private static KeyFile inOtherProject(String name) {
    var file = user(name);
    management.grant(file.userId(), zitadel.otherProject(), "device");
    return file;
  }

  private static String person(String name) {
    var id = management.createPerson(name);
    management.grant(id, zitadel.project(), "viewer");
    return id;
  }

  private static JsonNode tokensOf(String person) {
    return management.login(person, zitadel.application(), PEOPLE);
  }

  private static String accessToken(KeyFile file, String scopes) {
    return client.accessToken(file, scopes).value();
  }

  private static String scopes() {
    return scopes(zitadel.project());
  }

  private static String scopes(String project) {
    return TokenClient.scopes(project);
  }
}
