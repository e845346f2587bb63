package io.nationtech.iot.platform;

import static io.nationtech.iot.platform.TokenClient.parse;
import static io.nationtech.iot.platform.TokenClient.scopes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What was seen of Zitadel 4.12.3's tokens, one oddity a test. */
class ZitadelTokenEndpointTest {
  private static final String METADATA = "urn:zitadel:iam:user:metadata";
  private static final String BAD_ASSERTION =
      "{\"error\":\"server_error\",\"error_description\":\"Errors.Internal\"}";

  private static ZitadelTokenEndpoint zitadel;
  private static ZitadelManagement management;
  private static TokenClient client;

  @BeforeAll
  static void start() {
    zitadel = ZitadelTokenEndpoint.start();
    management = zitadel.management();
    client = new TokenClient(zitadel.client(), zitadel.issuer());
  }

  @AfterAll
  static void stop() {
    zitadel.close();
  }

  private static String scope() {
    return scopes(zitadel.project());
  }

  @Test
  void aDevicesTokenHasZitadelsClaimsAndNoOthers() {
    var file = management.createMachineUser("pi-claims");
    management.grant(file.userId(), zitadel.project(), "device");
    management.setMetadata(file.userId(), "device_id", "pi-1");

    var token = client.accessToken(file, scope() + " " + METADATA);

    assertEquals("RS256", token.header().path("alg").textValue());
    assertEquals("JWT", token.header().path("typ").textValue());
    var roles = "urn:zitadel:iam:org:project:" + zitadel.project() + ":roles";
    assertEquals(
        Set.of("iss", "aud", "sub", "client_id", "jti", "iat", "nbf", "exp", roles, METADATA),
        token.names());
    assertEquals(zitadel.issuer(), token.text("iss"));
    assertEquals("[\"" + zitadel.project() + "\"]", token.claims().path("aud").toString());
    assertEquals(file.userId(), token.text("sub"));
    assertEquals("pi-claims", token.text("client_id"));
    assertTrue(token.text("jti").matches("V2_\\d{18}-at_\\d{18}"), token.text("jti"));
    assertEquals(token.text("iat"), token.text("nbf"));
    assertEquals(Duration.ofHours(12).toSeconds(), lifetime(token));
    assertEquals(
        "{\"device\":{\"%s\":\"test.localhost\"}}".formatted(zitadel.organisation()),
        token.roles(zitadel.project()).toString());
    assertEquals("{\"device_id\":\"cGktMQ\"}", token.claims().path(METADATA).toString());
  }

  @Test
  void theAnswerHasATypeAndALifetimeAndNoRefreshToken() {
    var answer = client.tokens(management.createMachineUser("pi-answer"), scope());

    assertEquals("Bearer", answer.path("token_type").textValue());
    assertEquals(43_200, answer.path("expires_in").intValue());
    assertFalse(answer.has("refresh_token"));
    assertFalse(answer.has("id_token"));
  }

  @Test
  void anyAudienceIsCopiedFromTheScopesUnchecked() {
    var file = management.createMachineUser("pi-audience");

    var token = client.accessToken(file, scopes("1") + " " + scopes("someone-else"));

    assertEquals("[\"1\",\"someone-else\"]", token.claims().path("aud").toString());
  }

  @Test
  void withoutAGrantThereIsNoRolesClaim() {
    var token = client.accessToken(management.createMachineUser("pi-no-grant"), scope());

    assertTrue(token.roles(zitadel.project()).isMissingNode());
  }

  @Test
  void aGrantInAnotherProjectIsNoneInThisOne() {
    var file = management.createMachineUser("pi-other-project");
    management.grant(file.userId(), zitadel.otherProject(), "device");

    var token = client.accessToken(file, scope() + " " + scopes(zitadel.otherProject()));

    assertTrue(token.roles(zitadel.project()).isMissingNode());
    assertTrue(token.roles(zitadel.otherProject()).has("device"));
  }

  @Test
  void rolesNameTheOrganisationsThatGrantedThem() {
    var file = management.createMachineUser("pi-granted-elsewhere");
    var other = zitadel.management(zitadel.otherOrganisation());
    other.grant(file.userId(), zitadel.project(), "device", "viewer");

    var roles = client.accessToken(file, scope()).roles(zitadel.project());

    var granted = "{\"%s\":\"other.localhost\"}".formatted(zitadel.otherOrganisation());
    assertEquals(granted, roles.path("device").toString());
    assertEquals(granted, roles.path("viewer").toString());
  }

  @Test
  void rolesAreSaidOnlyWhereAScopeAsksForThem() {
    var file = management.createMachineUser("pi-role-scopes");
    management.grant(file.userId(), zitadel.project(), "device", "viewer");
    var audience = "urn:zitadel:iam:org:project:id:" + zitadel.project() + ":aud";

    assertTrue(client.accessToken(file, audience).roles(zitadel.project()).isMissingNode());
    var one = client.accessToken(file, audience + " urn:zitadel:iam:org:project:role:viewer");
    assertFalse(one.roles(zitadel.project()).has("device"));
    assertTrue(one.roles(zitadel.project()).has("viewer"));
  }

  @Test
  void metadataNeedsItsScopeAndSomethingInIt() {
    var file = management.createMachineUser("pi-metadata");

    assertFalse(client.accessToken(file, scope() + " " + METADATA).claims().has(METADATA));
    management.setMetadata(file.userId(), "place", "Köln");
    assertFalse(client.accessToken(file, scope()).claims().has(METADATA));
    assertEquals(
        "{\"place\":\"S8O2bG4\"}",
        client.accessToken(file, scope() + " " + METADATA).claims().path(METADATA).toString());
  }

  @Test
  void tokensAreOpaqueUnlessTheUserIsSetToJwt() {
    var user = management.createMachineUser("pi-opaque", "");

    var answer = client.tokens(management.addKey(user), scope());

    assertNotEquals(3, answer.path("access_token").textValue().split("\\.").length);
  }

  @Test
  void theIdTokenOfAServiceUserHasExpiredWhenItIsMade() {
    var file = management.createMachineUser("pi-id-token");

    var answer = client.tokens(file, scope() + " openid");

    assertEquals(0, lifetime(client.verified(answer.path("id_token").textValue())));
  }

  static Stream<Arguments> badAssertions() {
    return Stream.of(
        bad(
            "for the token endpoint",
            good -> good.withAudience(good.audience() + "/oauth/v2/token")),
        bad("for the issuer with a slash", good -> good.withAudience(good.audience() + "/")),
        bad("by another than its subject", good -> good.withIssuer("someone")),
        bad("of another than its issuer", good -> good.withSubject("someone")),
        bad("of nobody", good -> good.withIssuer("nobody").withSubject("nobody")),
        bad("signed with a key of nobody's", good -> good.withKeyId("1")),
        bad("from the future", good -> good.issuedAt(Instant.now().plusSeconds(10))),
        bad("more than an hour old", good -> good.issuedAt(Instant.now().minusSeconds(3660))),
        bad("that has expired", good -> good.expiresAt(Instant.now().minusSeconds(5))));
  }

  private static Arguments bad(String what, UnaryOperator<Assertion> made) {
    return Arguments.of(what, made);
  }

  @ParameterizedTest(name = "an assertion {0} is Zitadel''s internal error")
  @MethodSource("badAssertions")
  void aBadAssertionIsAnInternalError(String what, UnaryOperator<Assertion> made) {
    var file = management.createMachineUser("pi " + what);

    assertBad(made.apply(client.assertion(file)).signed());
  }

  @Test
  void garbageIsAnInternalErrorToo() {
    assertBad("garbage");
  }

  @Test
  void aRemovedKeyIsAnInternalErrorToo() {
    var file = management.createMachineUser("pi-removed-key");
    client.tokens(file, scope());

    management.removeKey(file);

    assertBad(client.assertion(file).signed());
  }

  @Test
  void anAssertionMayBeAlmostAnHourOldAndComeTwiceAndBeSignedByPss() {
    var good = client.assertion(management.createMachineUser("pi-good"));
    var old = good.issuedAt(Instant.now().minusSeconds(3540)).signed();

    assertEquals(200, client.ask(old, scope()).statusCode());
    assertEquals(200, client.ask(old, scope()).statusCode());
    assertEquals(200, client.ask(good.withAlgorithm("PS256").signed(), scope()).statusCode());
  }

  @Test
  void aDeactivatedUserIsToldSo() {
    var file = management.createMachineUser("pi-deactivated");
    management.deactivate(file.userId());

    var answer = client.ask(client.assertion(file).signed(), scope());

    assertEquals(400, answer.statusCode());
    assertEquals("Errors.User.NotActive", error(answer.body()));
  }

  @Test
  void aNameCanBeMadeAgainForAnotherSubject() {
    var first = management.createMachineUser("pi-again");
    management.removeUser(first.userId());
    var second = management.createMachineUser("pi-again");
    var elsewhere = zitadel.management(zitadel.otherOrganisation()).createMachineUser("pi-again");

    assertBad(client.assertion(first).signed());
    for (var file : new ZitadelManagement.KeyFile[] {second, elsewhere}) {
      var token = client.accessToken(file, scope());
      assertEquals("pi-again", token.text("client_id"));
      assertNotEquals(first.userId(), token.text("sub"));
    }
    assertNotEquals(second.userId(), elsewhere.userId());
  }

  @Test
  void aKeyFileHasZitadelsFields() {
    var file = management.createMachineUser("pi-key-file");

    var json = parse(file.json());

    assertEquals("serviceaccount", json.path("type").textValue());
    assertEquals(file.keyId(), json.path("keyId").textValue());
    assertEquals(file.userId(), json.path("userId").textValue());
    assertEquals("9999-12-31T23:59:59Z", json.path("expirationDate").textValue());
    assertTrue(json.path("key").textValue().startsWith("-----BEGIN RSA PRIVATE KEY-----\n"));
  }

  @Test
  void aPersonsTokensAreForTheApplicationAndLastAWorkingDay() {
    var person = management.createPerson("ada");
    management.grant(person, zitadel.project(), "viewer");

    var tokens = management.login(person, zitadel.application(), "openid profile email");

    for (var name : new String[] {"access_token", "id_token"}) {
      var token = client.verified(tokens.path(name).textValue());
      assertEquals(person, token.text("sub"));
      assertTrue(token.claims().path("aud").toString().contains(zitadel.application()), name);
      assertEquals(Duration.ofHours(12).toSeconds(), lifetime(token));
      assertTrue(token.roles(zitadel.project()).has("viewer"), name);
    }
    var identity = client.verified(tokens.path("id_token").textValue());
    assertEquals("ada", identity.text("preferred_username"));
    assertEquals(zitadel.application(), identity.text("azp"));
  }

  private static void assertBad(String assertion) {
    var answer = client.ask(assertion, scope());
    assertEquals(500, answer.statusCode(), answer.body());
    assertEquals(parse(BAD_ASSERTION), parse(answer.body()));
  }

  private static String error(String body) {
    return parse(body).path("error_description").asText();
  }

  private static long lifetime(SignedToken token) {
    JsonNode claims = token.claims();
    return claims.path("exp").longValue() - claims.path("iat").longValue();
  }
}
