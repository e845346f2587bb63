package io.nationtech.iot.agent.zitadel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.TestKeys;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.config.SettingsFile;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.store.TimeFile;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelManagement;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import io.nationtech.iot.platform.enrol.AgentToml;
import io.nationtech.iot.platform.enrol.Enrolment;
import io.nationtech.iot.platform.enrol.Fleet;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in, and being refused, on Zitadel's own library. */
class TokenEndpointTest {
  private static final Instant BUILT = Instant.parse("2024-01-01T00:00:00Z");
  private static final ZitadelTokenEndpoint ZITADEL = ZitadelTokenEndpoint.start();
  private static final AtomicInteger USERS = new AtomicInteger();

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final JournalLines journal = JournalLines.of("iot-agent");

  @AfterEach
  void end() throws Exception {
    journal.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    ZITADEL.close();
  }

  @Test
  void theTokenIsForTheProjectAndNamesTheDeviceItsRoleAndItsMetadata() throws Exception {
    var key = user();
    ZITADEL.management().grant(key.userId(), ZITADEL.project(), "device");
    ZITADEL.management().setMetadata(key.userId(), "device_id", "pi-1");
    start(ZITADEL, key, Optional.empty(), InstantSource.system());
    awaitLine("signed in at " + ZITADEL.issuer() + " as 'pi-");

    Awaitility.await().until(() -> Files.exists(directory.resolve("state/token.json")));
    var token = kept(identity(ZITADEL, key, Optional.empty())).orElseThrow();
    var claims = claims(token);
    assertEquals(ZITADEL.project(), claims.path("aud").path(0).asText());
    var roles = claims.path("urn:zitadel:iam:org:project:" + ZITADEL.project() + ":roles");
    assertTrue(roles.path("device").has(ZITADEL.organisation()), claims.toString());
    assertEquals("cGktMQ", claims.path("urn:zitadel:iam:user:metadata").path("device_id").asText());
    assertFalse(journal.says(token.value()));
  }

  @Test
  void aUserWhoIsDeactivatedIsNamed() throws Exception {
    var key = user();
    ZITADEL.management().deactivate(key.userId());
    start(ZITADEL, key, Optional.empty(), InstantSource.system());
    awaitLine("user " + key.userId() + " is deactivated");
  }

  @Test
  void aKeyThatWasRemovedIsOneOfTwoPossibilities() throws Exception {
    var key = user();
    ZITADEL.management().removeKey(key);
    start(ZITADEL, key, Optional.empty(), InstantSource.system());
    awaitLine("either key " + key.keyId() + " of user " + key.userId() + " is not known there");
  }

  @Test
  void aUserWithOpaqueTokensIsToldFromOneWhoIsRefused() throws Exception {
    var id =
        ZITADEL
            .management()
            .createMachineUser("pi-" + USERS.incrementAndGet(), "ACCESS_TOKEN_TYPE_BEARER");
    start(ZITADEL, ZITADEL.management().addKey(id), Optional.empty(), InstantSource.system());
    awaitLine("access token type of user " + id + " must be JWT");
  }

  @ParameterizedTest
  @CsvSource({"PT3H, 3 hours ahead of", "PT-3H, 3 hours behind", "PT2M, 2 minutes ahead of"})
  void aWrongClockIsRefusedAndPutRight(Duration off, String words) throws Exception {
    start(ZITADEL, user(), Optional.empty(), InstantSource.offset(InstantSource.system(), off));
    awaitLine("this machine's clock is " + words);
    awaitLine("signed in at");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:10Z", "2051-01-01T00:00:00Z"})
  void aClockYearsOffIsPutRightOverHttpsWithAPrivateAuthority(String wrong) throws Exception {
    var authority = new PrivateAuthority();
    var issued = authority.issue("dns:localhost", Instant.now().minus(Duration.ofDays(1)), 30);
    var https =
        new ZitadelTokenEndpoint.Https(
            issued.certificate(), issued.key(), Files.readString(authority.certificate()));
    try (var zitadel =
        ZitadelTokenEndpoint.start(
            Place.FREE, NatsServer.newPassword(), Duration.ofHours(12), https)) {
      var key = zitadel.management().createMachineUser("pi-1");
      start(
          zitadel,
          key,
          Optional.of(authority.certificate()),
          InstantSource.fixed(Instant.parse(wrong)));
      awaitLine("signed in at https://localhost:");
      assertEquals(2, journal.lines().size(), journal.lines().toString());
    }
  }

  @Test
  void theFilesThatDevEnrolMakesAreReadAndSignIn() throws Exception {
    var fleet =
        new Fleet(
            URI.create(ZITADEL.issuer()), ZITADEL.project(), ZITADEL.organisation(), "device");
    var usual = AgentToml.usual(List.of("nats://127.0.0.1:4222"), fleet).template();
    var here = usual.replace(AgentToml.USUAL_DIRECTORY, directory + "/{{device}}");
    var tokens = new TokenClient(ZITADEL.client(), ZITADEL.issuer());
    var enrolment =
        new Enrolment(
            fleet, ZITADEL.management(), tokens, new AgentToml(here), directory, line -> {});

    var enrolled = enrolment.enrol(new DeviceId("pi-enrolled"), false);

    var settings = SettingsFile.read(enrolled.agentToml());
    assertEquals("pi-enrolled", settings.device().value());
    start(assertInstanceOf(Identity.Zitadel.class, settings.identity()), InstantSource.system());
    awaitLine("signed in at " + ZITADEL.issuer() + " as 'pi-enrolled'");
  }

  private static ZitadelManagement.KeyFile user() {
    return ZITADEL.management().createMachineUser("pi-" + USERS.incrementAndGet());
  }

  private static JsonNode claims(Token token) throws Exception {
    return CanonicalJson.parse(Base64.getUrlDecoder().decode(token.value().split("\\.", -1)[1]));
  }

  private Identity.Zitadel identity(
      ZitadelTokenEndpoint zitadel, ZitadelManagement.KeyFile key, Optional<Path> caFile)
      throws IOException {
    var file = TestKeys.secret(directory.resolve("key.json"), key.json());
    return new Identity.Zitadel(URI.create(zitadel.issuer()), zitadel.project(), file, caFile);
  }

  private Optional<Token> kept(Identity.Zitadel identity) throws IOException {
    return new Kept(identity, directory.resolve("state")).load();
  }

  private void start(
      ZitadelTokenEndpoint zitadel,
      ZitadelManagement.KeyFile key,
      Optional<Path> caFile,
      InstantSource system)
      throws IOException {
    start(identity(zitadel, key, caFile), system);
  }

  private void start(Identity.Zitadel identity, InstantSource system) throws IOException {
    var state = directory.resolve("state");
    var kept = new Kept(identity, state);
    var times = new TimeFile(state);
    vertx.runOnContext(
        go -> {
          var clock = new Timekeeper(system, System::nanoTime, BUILT);
          new ZitadelCredentials(vertx, identity, clock, kept, times, kept.load()).start(() -> {});
        });
  }

  private void awaitLine(String words) {
    Awaitility.await(words)
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(() -> assertTrue(journal.says(words), journal.lines().toString()));
  }
}
