package io.nationtech.iot.callout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.callout.nats.Nkey;
import io.nationtech.iot.callout.nats.Signer;
import io.nationtech.iot.codec.Wire;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who stays outside a real nats-server, and what a stranger and a log learn of it. */
class RefusedTest {
  private static final String VIOLATION = "-ERR 'Authorization Violation'";
  private static Fixture fixture;

  @BeforeAll
  static void start() {
    fixture = new Fixture(true, "debug: true\ntrace: true\n");
    fixture.startCallout();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  static Stream<Arguments> tokens() {
    return Stream.of(
        token("without a role in the project", claims -> claims.remove(Claims.ROLES)),
        token(
            "with a role granted by an unlisted organisation",
            claims -> claims.putObject(Claims.ROLES).putObject("device").put("1", "evil.example")),
        token("that is an id_token", claims -> claims.put("exp", claims.get("iat").asLong())),
        token("that is an id_token with at_hash", claims -> claims.put("at_hash", "x")),
        token(
            "of another project",
            claims -> {
              claims.putArray("aud").add("1");
              claims.set("urn:zitadel:iam:org:project:1:roles", claims.remove(Claims.ROLES));
            }),
        token(
            "of another project that names this one as audience",
            claims ->
                claims.set("urn:zitadel:iam:org:project:1:roles", claims.remove(Claims.ROLES))),
        token("of another issuer", claims -> claims.put("iss", "https://other.example")),
        token("that has expired", claims -> claims.put("exp", Instant.now().getEpochSecond() - 60)),
        token(
            "that is not valid yet",
            claims -> claims.put("nbf", Instant.now().getEpochSecond() + 60)),
        token("that is too long", claims -> claims.put("padding", "x".repeat(9000))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tokens")
  void aTokenIsRefused(String what, Consumer<ObjectNode> edit) {
    assertEquals(VIOLATION, signIn(fixture.issuer.device("refused-1", edit)), what);
  }

  @Test
  void anOpaqueTokenIsRefused() {
    assertEquals(VIOLATION, signIn("kjsdhf87_sdfJKHSDF-opaque-token"));
    assertEquals(VIOLATION, signIn(""));
  }

  @Test
  void aTokenThatAnotherKeySignedIsRefused() {
    var claims = Claims.device(fixture.issuer.url(), "refused-1", Instant.now());
    assertEquals(VIOLATION, signIn(SigningKey.rs256("first").sign(claims)));
    assertEquals(VIOLATION, signIn(SigningKey.rs256("unknown").sign(claims)));
    var none = SigningKey.encode("{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"first\"}");
    assertEquals(VIOLATION, signIn(none + "." + SigningKey.encode(claims.toString()) + "."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.b",
        "*",
        ">",
        "",
        "Pi-1",
        "p\u00ed",
        "-a",
        "$KV",
        "a b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void anIdThatIsNoDeviceIdIsRefused(String id) {
    assertEquals(
        VIOLATION, signIn(fixture.issuer.device("x", claims -> claims.put("client_id", id))));
  }

  @Test
  void whoeverBringsNoTokenLearnsNothing() {
    var nkey = Signer.generate(Nkey.Kind.USER).publicKey();
    for (var connect :
        List.of(
            "{}",
            "{\"user\":\"operator\",\"pass\":\"wrong\"}",
            "{\"user\":\"callout\",\"pass\":\"\"}",
            "{\"user\":\"identities\",\"pass\":\"wrong\"}",
            "{\"user\":\"nobody\",\"pass\":\"wrong\"}",
            "{\"nkey\":\"" + nkey + "\",\"sig\":\"AAAA\"}",
            "{\"jwt\":\"" + fixture.issuer.device("refused-1") + "\"}",
            "{\"user\":\"x\",\"pass\":\"" + fixture.issuer.device("refused-1") + "\"}")) {
      try (var client = fixture.raw()) {
        assertEquals(VIOLATION, client.signInWith(connect), connect);
        assertEquals("closed", client.line(), connect);
      }
    }
  }

  @Test
  void nothingWorksBeforeSigningIn() {
    try (var client = fixture.raw()) {
      client.line();
      client.send(
          "SUB > 1\r\n" + RawClient.pub(Wire.kvSubject(Wire.BUCKET_REPORTED, "a"), "", "x"));
      assertEquals(VIOLATION, client.answer());
    }
  }

  @Test
  void tokensAndKeysAreInNoLogAtAnyLevel() {
    var good = fixture.issuer.device("logged-1");
    var bad = fixture.issuer.device("logged-2", claims -> claims.put("iss", "https://x.example"));
    var forged =
        SigningKey.rs256("first").sign(Claims.device(fixture.issuer.url(), "x", Instant.now()));
    String ours;
    try (var logged = new Logged()) {
      fixture.raw(good).close();
      signIn(bad);
      signIn(forged);
      signIn("opaque-secret-token-1234567890");
      ours = logged.text();
    }
    assertTrue(ours.contains("the signature is wrong"), ours);
    var servers = fixture.nats.logs();
    assertTrue(servers.contains("[TRC]"), "the server traces");
    for (var secret :
        List.of(
            good.substring(good.lastIndexOf('.')),
            good.split("\\.")[1],
            bad.split("\\.")[1],
            forged.substring(forged.lastIndexOf('.')),
            "opaque-secret-token-1234567890",
            fixture.signer.seed(),
            fixture.xkey.seed(),
            fixture.nats.calloutPassword())) {
      assertFalse(ours.contains(secret), "in the callout's log");
      assertFalse(servers.contains(secret), "in the server's log");
    }
  }

  private static Arguments token(String what, Consumer<ObjectNode> edit) {
    return Arguments.of(what, edit);
  }

  private static String signIn(String token) {
    try (var client = fixture.raw()) {
      return client.signInWith(
          JsonNodeFactory.instance.objectNode().put("auth_token", token).toString());
    }
  }
}
