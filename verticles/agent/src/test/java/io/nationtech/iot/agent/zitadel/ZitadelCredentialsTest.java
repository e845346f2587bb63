package io.nationtech.iot.agent.zitadel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.TestKeys;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.store.TimeFile;
import io.nationtech.iot.platform.PrivateAuthority;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that a real provider can't be made to show, and a clock that is years off. */
class ZitadelCredentialsTest {
  private static final PrivateAuthority AUTHORITY = new PrivateAuthority();
  private static final Instant BUILT = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration HALF_A_DAY = Duration.ofHours(12);

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final JournalLines journal = JournalLines.of("iot-agent");
  private final AtomicInteger renewals = new AtomicInteger();
  private Path keyFile;
  private InstantSource system = InstantSource.system();

  @BeforeEach
  void write() throws Exception {
    var pem = TestKeys.pkcs1(TestKeys.pair(2048));
    keyFile = TestKeys.secret(directory.resolve("key.json"), TestKeys.keyFile(pem));
  }

  @AfterEach
  void end() throws Exception {
    journal.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertFalse(journal.says("c2lnbmF0dXJl"), "a token in the journal");
  }

  @Test
  void anOutageIsSaidOnceAndSoIsItsEnd() throws Exception {
    var provider = new TestProvider(vertx, Optional.empty());
    provider.grant("4009", HALF_A_DAY);
    provider.close();
    start(identity(provider, "localhost"));
    awaitLine("can't be reached");
    try (var back = new TestProvider(vertx, Optional.empty(), provider.port())) {
      back.refuse(503, "", "");
      Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> back.asked().size() == 2);
      back.grant("4009", HALF_A_DAY);
      awaitLine("gives tokens again");
      assertEquals(2, journal.lines().size(), journal.lines().toString());
      assertEquals(1, renewals.get());
    }
  }

  @Test
  void anAssertionThatIsNotLikedIsExplainedToAMechanic() {
    try (var provider = new TestProvider(vertx, Optional.empty())) {
      provider.refuse(500, "server_error", "Errors.Internal");
      start(identity(provider, "localhost"));
      awaitLine("either key 7 of user 4009 is not known there any more, or the provider itself");
      awaitLine("what runs goes on, but NATS is not reached without a token");
      provider.refuse(400, "invalid_request", "Errors.User.NotActive");
      awaitLine("user 4009 is deactivated");
      provider.grant("opaque-token-c2lnbmF0dXJl");
      awaitLine("access token type of user 4009 must be JWT");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT3H", "PT-3H"})
  void aClockThatIsOffIsSaidAndTheProvidersTimeIsGoneBy(Duration off) {
    try (var provider = new TestProvider(vertx, Optional.empty())) {
      provider.setAhead(off);
      provider.refuse(500, "server_error", "Errors.Internal");
      start(identity(provider, "localhost"));
      awaitLine(
          "this machine's clock is 3 hours "
              + (off.isNegative() ? "ahead of" : "behind")
              + " the identity provider's: going by the provider's time");
      provider.grant("4009", HALF_A_DAY);
      awaitLine("signed in at");
      assertEquals(2, journal.lines().size(), journal.lines().toString());
    }
  }

  @Test
  void aTokenOnDiskIsGoneOnWithAfterARebootWhileTheProviderIsAway() throws Exception {
    var provider = new TestProvider(vertx, Optional.empty());
    var identity = identity(provider, "localhost");
    provider.grant("4009", HALF_A_DAY);
    start(identity);
    awaitLine("signed in at");
    var file = directory.resolve("state/token.json");
    Awaitility.await().until(() -> Files.exists(file));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    provider.close();

    start(identity);
    awaitLine("signed in as 'pi-1' by the token on disk");
    assertFalse(journal.says("can't be reached"));
  }

  @Test
  void aTokenOfAnotherIdentityIsNotTaken() throws Exception {
    try (var provider = new TestProvider(vertx, Optional.empty())) {
      provider.grant("another", HALF_A_DAY);
      start(identity(provider, "localhost"));
      awaitLine("signed in at");
      Awaitility.await().until(() -> Files.exists(directory.resolve("state/token.json")));
      assertEquals(Optional.empty(), kept(identity(provider, "localhost")));
      provider.grant("4009", HALF_A_DAY);
      start(identity(provider, "localhost"));
      Awaitility.await().until(() -> renewals.get() == 2);
    }
  }

  @Test
  void aTokenIsRefreshedWhileItIsStillValid() {
    try (var provider = new TestProvider(vertx, Optional.empty())) {
      provider.grant("4009", Duration.ofSeconds(4));
      start(identity(provider, "localhost"));
      Awaitility.await().atMost(4, TimeUnit.SECONDS).until(() -> renewals.get() == 2);
      assertEquals(1, journal.lines().size(), journal.lines().toString());
    }
  }

  @Test
  void aServerWithoutTimeForAGoodTokenIsNotTheProvidersBusinessUntilItGoesOn() throws Exception {
    try (var provider = new TestProvider(vertx, Optional.empty())) {
      provider.grant("4009", HALF_A_DAY);
      var credentials = start(identity(provider, "localhost"));
      Awaitility.await().until(() -> renewals.get() == 1);
      refuse(credentials, 3);
      vertx.runOnContext(go -> credentials.accepted());
      refuse(credentials, 3);
      assertEquals(1, provider.asked().size());
      refuse(credentials, 1);
      Awaitility.await().until(() -> renewals.get() == 2);
      refuse(credentials, 10);
      assertEquals(2, provider.asked().size(), "and then not before a minute");
    }
  }

  /** Returns when the credentials have heard of it. */
  private void refuse(ZitadelCredentials credentials, int times) throws Exception {
    var heard = new CompletableFuture<Void>();
    vertx.runOnContext(
        go -> {
          for (int i = 0; i < times; i++) {
            credentials.refused();
          }
          heard.complete(null);
        });
    heard.get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:10Z", "2001-01-01T00:00:00Z", "2051-01-01T00:00:00Z"})
  void aClockYearsOffIsPutRightBeforeAnythingIsSent(String wrong) throws Exception {
    system = InstantSource.fixed(Instant.parse(wrong));
    try (var provider = https("dns:localhost", Instant.now().minus(Duration.ofDays(1)), 30)) {
      provider.grant("4009", HALF_A_DAY);
      start(identity(provider, "localhost"));
      awaitLine("signed in at");
      assertTrue(journal.says("days "), journal.lines().toString());
      assertEquals("HEAD / ", provider.asked().getFirst());
      assertTrue(provider.asked().get(1).startsWith("POST /oauth/v2/token"));
      Awaitility.await().until(() -> Files.exists(directory.resolve("state/time")));
      var kept = new TimeFile(directory.resolve("state")).load().orElseThrow();
      assertTrue(Duration.between(kept, Instant.now()).abs().toMinutes() < 2, kept.toString());
    }
  }

  @Test
  void aCertificateThatHasReallyExpiredGetsNothing() {
    try (var provider = https("dns:localhost", Instant.now().minus(Duration.ofDays(60)), 30)) {
      provider.grant("4009", HALF_A_DAY);
      start(identity(provider, "localhost"));
      awaitLine("the certificate is valid from");
      assertTrue(provider.asked().stream().allMatch("HEAD / "::equals));
    }
  }

  @Test
  void anOldCertificateWithAnOldDateIsNotBelieved() {
    var old = BUILT.minus(Duration.ofDays(400));
    try (var provider = https("dns:localhost", old, 30)) {
      provider.setAhead(Duration.between(Instant.now(), old.plus(Duration.ofDays(5))));
      provider.grant("4009", HALF_A_DAY);
      start(identity(provider, "localhost"));
      awaitLine("the certificate is valid from");
      assertTrue(provider.asked().stream().allMatch("HEAD / "::equals));
    }
  }

  @Test
  void aCertificateForAnotherHostIsAskedNothingWhateverTheClock() {
    system = InstantSource.fixed(Instant.parse("2001-01-01T00:00:00Z"));
    try (var provider = https("dns:other.example", Instant.now().minus(Duration.ofDays(1)), 30)) {
      start(identity(provider, "localhost"));
      awaitLine("can't be reached");
      assertEquals(0, provider.asked().size());
    }
  }

  @Test
  void anotherAuthoritysCertificateIsAskedNothing() {
    try (var provider =
        new TestProvider(
            vertx,
            Optional.of(
                new PrivateAuthority()
                    .issue("dns:localhost", Instant.now().minus(Duration.ofDays(1)), 30)))) {
      start(identity(provider, "localhost"));
      awaitLine("PKIX path validation failed");
      assertEquals(0, provider.asked().size());
    }
  }

  private TestProvider https(String names, Instant from, int days) {
    return new TestProvider(vertx, Optional.of(AUTHORITY.issue(names, from, days)));
  }

  private Identity.Zitadel identity(TestProvider provider, String host) {
    return new Identity.Zitadel(
        URI.create(provider.issuer(host)), "4009", keyFile, Optional.of(AUTHORITY.certificate()));
  }

  private Optional<Token> kept(Identity.Zitadel identity) throws Exception {
    return new Kept(identity, directory.resolve("state")).load();
  }

  private ZitadelCredentials start(Identity.Zitadel identity) {
    var started = new CompletableFuture<ZitadelCredentials>();
    vertx.runOnContext(
        go -> {
          var state = directory.resolve("state");
          var kept = new Kept(identity, state);
          var clock = new Timekeeper(system, System::nanoTime, BUILT);
          var credentials =
              new ZitadelCredentials(
                  vertx, identity, clock, kept, new TimeFile(state), kept.load());
          credentials.start(renewals::incrementAndGet);
          started.complete(credentials);
        });
    return started.join();
  }

  private void awaitLine(String words) {
    Awaitility.await(words)
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(() -> assertTrue(journal.says(words), journal.lines().toString()));
  }
}
