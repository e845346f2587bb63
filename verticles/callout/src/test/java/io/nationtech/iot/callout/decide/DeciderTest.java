package io.nationtech.iot.callout.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.callout.Claims;
import io.nationtech.iot.callout.decide.Decision.Allow;
import io.nationtech.iot.callout.decide.Decision.Deny;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Wire;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, as whom and with what. */
class DeciderTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String ISSUER = Policies.ISSUER;
  private static final IdentityDocument PI_1 =
      new IdentityDocument(ISSUER, "subject-of-pi-1", Claims.ORGANISATION);

  @Test
  void aDeviceIsLetInWithExactlyItsOwnSubjects() {
    var allow = allowed(decide(claims -> {}, Map.of("pi-1", PI_1)));
    assertEquals("pi-1", allow.name());
    assertEquals("DEV", allow.account());
    assertEquals(NOW.plusSeconds(3600), allow.expiry());
    assertEquals(Optional.empty(), allow.pin());
    assertEquals(new Limits(16, 81920, -1), allow.limits());
    assertEquals(
        new Permissions(
            List.of(
                Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"),
                Wire.kvSubject(Wire.BUCKET_REPORTED, "pi-1"),
                Wire.heartbeat("pi-1")),
            List.of(Wire.desiredFeed("pi-1"), Wire.inboxPrefix("pi-1") + ".>")),
        allow.permissions());
  }

  @Test
  void aNewIdIsPinnedToWhoComesFirst() {
    var allow = allowed(decide(claims -> {}, Map.of()));
    assertEquals(Optional.of(new Decision.Pin("pi-1", PI_1)), allow.pin());
  }

  @Test
  void whereOnlyDeclaredPinsCountANewIdIsDenied() {
    var denied = decide(Policies.PINS_WHAT_IS_DECLARED, claims -> {}, Map.of());
    assertTrue(reason(denied).contains("pins only what is declared"), reason(denied));
    allowed(decide(Policies.PINS_WHAT_IS_DECLARED, claims -> {}, Map.of("pi-1", PI_1)));
  }

  static Stream<IdentityDocument> others() {
    return Stream.of(
        new IdentityDocument(ISSUER, "another", Claims.ORGANISATION),
        new IdentityDocument(ISSUER, PI_1.subject(), "another"),
        new IdentityDocument("https://other.example", PI_1.subject(), Claims.ORGANISATION));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anotherIdentityOfTheSameNameIsDeniedAndNamed(IdentityDocument owner) {
    var denied = assertInstanceOf(Deny.class, decide(claims -> {}, Map.of("pi-1", owner)));
    assertEquals(Optional.of(new Decision.Pin("pi-1", PI_1)), denied.impostor());
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> refusals() {
    return Stream.of(
        refusal("another issuer", c -> c.put("iss", "https://other.example")),
        refusal("an issuer with a slash", c -> c.put("iss", ISSUER + "/")),
        refusal("no issuer", c -> c.remove("iss")),
        refusal("another audience", c -> c.putArray("aud").add("1")),
        refusal("no audience", c -> c.remove("aud")),
        refusal("an audience that is an object", c -> c.putObject("aud").put("a", Claims.PROJECT)),
        refusal("expired", c -> c.put("exp", NOW.getEpochSecond() - 11)),
        refusal("no expiry", c -> c.remove("exp")),
        refusal("an expiry that is a text", c -> c.put("exp", "2999999999")),
        refusal("an expiry beyond all time", c -> c.put("exp", 1e300)),
        refusal("not valid yet", c -> c.put("nbf", NOW.getEpochSecond() + 11)),
        refusal("issued in the future", c -> c.put("iat", NOW.getEpochSecond() + 11)),
        refusal("no time of issue", c -> c.remove("iat")),
        refusal("an id_token by its times", c -> c.put("exp", NOW.getEpochSecond())),
        refusal("an id_token by at_hash", c -> c.put("at_hash", "x")),
        refusal("an id_token by nonce", c -> c.put("nonce", "x")),
        refusal("no subject", c -> c.remove("sub")),
        refusal("an empty subject", c -> c.put("sub", "")),
        refusal("no role", c -> c.remove(Claims.ROLES)),
        refusal("another role", c -> c.putObject(Claims.ROLES).putObject("x").put(org(), "x")),
        refusal(
            "a role of an unlisted organisation",
            c -> c.putObject(Claims.ROLES).putObject("device").put("1", "test.localhost")),
        refusal("a role of nobody", c -> c.putObject(Claims.ROLES).putObject("device")),
        refusal(
            "a role in another project",
            c -> {
              c.set("urn:zitadel:iam:org:project:1:roles", c.remove(Claims.ROLES));
            }),
        refusal(
            "a role in the claim without a project",
            c -> {
              c.set("urn:zitadel:iam:org:project:roles", c.remove(Claims.ROLES));
            }),
        refusal("roles as a list", c -> c.putArray(Claims.ROLES).add("device")),
        refusal("roles as a text", c -> c.put(Claims.ROLES, "device")),
        refusal("a denied subject", c -> c.put("sub", "stolen")),
        refusal("a denied device", c -> c.put("client_id", "pi-stolen")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void aTokenIsRefusedThat(String what, Consumer<ObjectNode> edit) {
    assertInstanceOf(Deny.class, decide(edit, Map.of()), what);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.b",
        "*",
        ">",
        "a*",
        "Pi-1",
        "pi_1",
        "-pi",
        "pi-",
        "pi 1",
        "p\u00ed-1",
        "\uff50i-1",
        "a\n",
        "a\u0000",
        "{{device}}",
        "$KV",
        "a/b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void whatIsNoDeviceIdIsRefused(String id) {
    assertInstanceOf(Deny.class, decide(claims -> claims.put("client_id", id), Map.of()));
    var base64 = Base64.getUrlEncoder().withoutPadding().encodeToString(utf8(id));
    assertInstanceOf(Deny.class, decideEncoded(base64));
  }

  @Test
  void aDeviceIdMayStandElsewhereInBase64() {
    assertEquals("pi-1", allowed(decideEncoded("cGktMQ")).name());
    assertInstanceOf(Deny.class, decideEncoded("%%%"));
    assertInstanceOf(Deny.class, decideEncoded("_w"));
  }

  @Test
  void theLongestIdIsLetIn() {
    var id = "a".repeat(63);
    assertEquals(id, allowed(decide(claims -> claims.put("client_id", id), Map.of())).name());
  }

  @Test
  void clocksMayDifferALittle() {
    allowed(decide(claims -> claims.put("nbf", NOW.getEpochSecond() + 10), Map.of()));
    allowed(decide(claims -> claims.put("iat", NOW.getEpochSecond() + 10), Map.of()));
    allowed(
        decide(
            claims ->
                claims.put("iat", NOW.getEpochSecond() - 100).put("exp", NOW.getEpochSecond() - 9),
            Map.of()));
  }

  @Test
  void peopleGoToTheirOwnAccountAndInbox() {
    for (var role : List.of("viewer", "support", "fleet-operator")) {
      var allow =
          allowed(
              decide(Policies.PINS_AT_FIRST_USE, Claims.of(ISSUER, "4711", role, NOW), Map.of()));
      assertEquals("OPS", allow.account());
      assertEquals("4711", allow.name());
      assertTrue(allow.permissions().subscribe().contains(Wire.inboxPrefix("4711") + ".>"));
      for (var subject : allow.permissions().publish()) {
        assertTrue(
            subject.startsWith("$JS.API.DIRECT.GET.") || subject.startsWith("fleet.request.*."),
            subject);
      }
    }
  }

  @Test
  void aPersonWhoseSubjectIsMoreThanOneTokenIsRefused() {
    for (var subject : List.of("a.b", "*", ">", "a b", "x".repeat(65))) {
      assertInstanceOf(
          Deny.class,
          decide(Policies.PINS_AT_FIRST_USE, Claims.of(ISSUER, subject, "viewer", NOW), Map.of()));
    }
  }

  @Test
  void theEarlierRoleOfThePolicyCounts() {
    var claims = Claims.device(ISSUER, "pi-1", NOW);
    ((ObjectNode) claims.get(Claims.ROLES))
        .putObject("fleet-operator")
        .put(Claims.ORGANISATION, "x");
    assertEquals("DEV", allowed(decide(Policies.PINS_AT_FIRST_USE, claims, Map.of())).account());
  }

  @Test
  void aReasonNeverHoldsWhatAStrangerWroteAsItIs() {
    var reason =
        reason(decide(claims -> claims.put("client_id", "a\nWARN forged\u001b[31m'"), Map.of()));
    assertEquals("'a?WARN forged?[31m?' is no device id", reason);
  }

  private static org.junit.jupiter.params.provider.Arguments refusal(
      String what, Consumer<ObjectNode> edit) {
    return org.junit.jupiter.params.provider.Arguments.of(what, edit);
  }

  private static String org() {
    return Claims.ORGANISATION;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Allow allowed(Decision decision) {
    return assertInstanceOf(Allow.class, decision);
  }

  private static String reason(Decision decision) {
    return assertInstanceOf(Deny.class, decision).reason();
  }

  private static Decision decideEncoded(String value) {
    var claims = Claims.device(ISSUER, "other", NOW);
    claims.put("sub", "subject-of-pi-1");
    claims.putObject("urn:zitadel:iam:user:metadata").put("device_id", value);
    return decide(Policies.ID_IN_METADATA, claims, Map.of());
  }

  private static Decision decide(Consumer<ObjectNode> edit, Map<String, IdentityDocument> pins) {
    return decide(Policies.PINS_AT_FIRST_USE, edit, pins);
  }

  private static Decision decide(
      Policy policy, Consumer<ObjectNode> edit, Map<String, IdentityDocument> pins) {
    var claims = Claims.device(ISSUER, "pi-1", NOW);
    edit.accept(claims);
    return decide(policy, claims, pins);
  }

  private static Decision decide(
      Policy policy, ObjectNode claims, Map<String, IdentityDocument> pins) {
    var header = JsonNodeFactory.instance.objectNode().put("typ", "JWT").put("alg", "RS256");
    return Decider.decide(
        policy, new SignedToken(header, claims), id -> Optional.ofNullable(pins.get(id)), NOW);
  }

  @Test
  void onlyAnAccessTokenHasTheRightType() {
    for (var type : List.of("JWT", "at+jwt", "AT+JWT")) {
      allowed(typed(type));
    }
    for (var type : List.of("", "id+jwt", "logout+jwt", "dpop+jwt")) {
      assertInstanceOf(Deny.class, typed(type));
    }
  }

  private static Decision typed(String type) {
    return Decider.decide(
        Policies.PINS_AT_FIRST_USE,
        new SignedToken(
            JsonNodeFactory.instance.objectNode().put("typ", type),
            Claims.device(ISSUER, "pi-1", NOW)),
        id -> Optional.empty(),
        NOW);
  }
}
