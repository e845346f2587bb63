package io.nationtech.iot.platform;

import static io.nationtech.iot.platform.TokenClient.parse;
import static io.nationtech.iot.platform.TokenClient.scopes;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The keys that sign tokens, who may ask, and what an outage leaves. */
class ZitadelKeysTest {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  private static ZitadelTokenEndpoint zitadel;
  private static ZitadelManagement management;
  private static TokenClient client;

  @BeforeAll
  static void start() {
    zitadel = ZitadelTokenEndpoint.start(Place.FREE, NatsServer.newPassword(), FIVE_MINUTES, null);
    management = zitadel.management();
    client = new TokenClient(zitadel.client(), zitadel.issuer());
  }

  @AfterAll
  static void stop() {
    zitadel.close();
  }

  private static List<String> published() {
    var ids = new ArrayList<String>();
    client.keys().path("keys").forEach(key -> ids.add(key.path("kid").textValue()));
    return ids;
  }

  private static SignedToken token(ZitadelManagement.KeyFile file) {
    return client.accessToken(file, scopes(zitadel.project()));
  }

  @Test
  void twoKeysArePublishedFromTheStartAndMayBeKeptForFiveMinutes() {
    try (var fresh = ZitadelTokenEndpoint.start()) {
      var answer = client.get(fresh.issuer() + "/oauth/v2/keys");

      assertEquals(2, parse(answer.body()).path("keys").size());
      var control = answer.headers().firstValue("Cache-Control").orElseThrow();
      assertTrue(control.contains("max-age=300"), control);
      var key = parse(answer.body()).path("keys").path(0);
      assertFalse(key.has("d"), "the private half is nobody's business");
    }
  }

  @Test
  void aKeyIsPublishedBeforeItSignsAndStaysUntilItIsDeleted() {
    var file = management.createMachineUser("pi-rotation");
    var before = token(file).keyId();
    var known = published();

    management.rotate();

    var after = token(file).keyId();
    assertNotEquals(before, after);
    assertTrue(known.contains(after), "whoever looked before knows the new key");
    assertTrue(published().contains(before), "earlier tokens are still good");
    management.deleteWebKey(before);
    assertFalse(published().contains(before));
  }

  @Test
  void theKeyThatSignsCanNotBeDeleted() {
    var signs = token(management.createMachineUser("pi-active-key")).keyId();

    assertThrows(IllegalStateException.class, () -> management.deleteWebKey(signs));
  }

  @Test
  void anEllipticCurveKeyCanBeActivated() {
    var file = management.createMachineUser("pi-es256");
    var key = management.createWebKey("ecdsa");
    assertNotEquals(key, token(file).keyId());

    management.activateWebKey(key);

    assertEquals("ES256", token(file).header().path("alg").textValue());
    management.rotate();
    assertEquals("RS256", token(file).header().path("alg").textValue());
  }

  @Test
  void tokensLastAsLongAsTheInstanceSays() {
    var claims = token(management.createMachineUser("pi-lifetime")).claims();

    assertEquals(300, claims.path("exp").longValue() - claims.path("iat").longValue());
  }

  @Test
  void byAnotherNameTheInstanceIsNotFound() {
    var other = zitadel.issuer().replace("localhost", "127.0.0.1");
    var good = client.assertion(management.createMachineUser("pi-host")).signed();

    assertEquals(404, client.get(other + "/oauth/v2/keys").statusCode());
    assertEquals(404, client.get(other + "/.well-known/openid-configuration").statusCode());
    assertEquals(404, client.ask(other, good, scopes(zitadel.project())).statusCode());
  }

  @Test
  void discoveryNamesTheEndpoints() {
    var answer = parse(client.get(zitadel.issuer() + "/.well-known/openid-configuration").body());

    assertEquals(zitadel.issuer(), answer.path("issuer").textValue());
    assertEquals(zitadel.issuer() + "/oauth/v2/token", answer.path("token_endpoint").textValue());
    assertEquals(zitadel.issuer() + "/oauth/v2/keys", answer.path("jwks_uri").textValue());
  }

  @Test
  void anOutageRefusesConnectionsAndLosesNothing() {
    var file = management.createMachineUser("pi-outage");
    var known = published();

    zitadel.stop();
    var refused = assertThrows(UncheckedIOException.class, () -> client.keys());
    assertInstanceOf(ConnectException.class, refused.getCause());
    zitadel.startAgain();

    await().ignoreException(UncheckedIOException.class).until(() -> !published().isEmpty());
    assertEquals(known, published());
    assertEquals(file.userId(), token(file).text("sub"));
  }

  @Test
  void theManagementApiNeedsItsToken() {
    var stranger =
        new ZitadelManagement(
            zitadel.client(), URI.create(zitadel.issuer()), "someone's", zitadel.organisation());

    var refused =
        assertThrows(IllegalStateException.class, () -> stranger.createMachineUser("pi-stranger"));
    assertTrue(refused.toString().contains("Errors.Token.Invalid"), refused.toString());
  }
}
