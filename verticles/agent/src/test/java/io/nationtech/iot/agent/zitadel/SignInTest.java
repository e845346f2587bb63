package io.nationtech.iot.agent.zitadel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.TestKeys;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.nats.DeviceLink;
import io.nationtech.iot.agent.nats.Rhythm;
import io.nationtech.iot.agent.nats.Self;
import io.nationtech.iot.agent.store.TimeFile;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Trust;
import io.nationtech.iot.platform.ConfiguredNats;
import io.nationtech.iot.platform.PrivateAuthority;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From a key file to heartbeats in NATS, with a clock that is wrong: no program can be given one.
 * What needs none is in the end-to-end tests.
 */
class SignInTest {
  private static final PrivateAuthority AUTHORITY = new PrivateAuthority();
  private static final Instant BUILT = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration BEAT = Duration.ofMillis(100);

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final JournalLines journal = JournalLines.of("iot-agent");
  private final AtomicInteger beats = new AtomicInteger();
  private final PrivateAuthority.Issued issued =
      AUTHORITY.issue("dns:localhost", Instant.now().minus(Duration.ofDays(1)), 30);
  private Path keyFile;

  @BeforeEach
  void write() throws Exception {
    var pem = TestKeys.pkcs8(TestKeys.pair(2048));
    keyFile = TestKeys.secret(directory.resolve("key.json"), TestKeys.keyFile(pem));
  }

  @AfterEach
  void end() throws Exception {
    journal.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:10Z", "2051-01-01T00:00:00Z"})
  void aClockYearsOffIsNoObstacleWithTlsOnBothSides(String wrong) throws Exception {
    try (var provider = new TestProvider(vertx, Optional.of(issued))) {
      var token = provider.token("4009", Duration.ofHours(12));
      provider.grant(token);
      try (var nats = nats(token)) {
        observe(nats, token);
        start(provider, nats, InstantSource.fixed(Instant.parse(wrong)));
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> beats.get() > 2);
      }
    }
  }

  /** A token that is kept needs no provider; but the clock does, for NATS's certificate. */
  @Test
  void withATokenOnDiskAndAWrongClockTheProviderIsAskedWhenNatssCertificateSeemsWrong()
      throws Exception {
    try (var provider = new TestProvider(vertx, Optional.of(issued))) {
      var token = provider.token("4009", Duration.ofDays(20_000));
      provider.grant(token);
      try (var nats = nats(token)) {
        start(provider, nats, InstantSource.system());
        Awaitility.await().until(() -> journal.says("connected to NATS"));
        int asked = provider.asked().size();

        start(provider, nats, InstantSource.fixed(Instant.parse("2051-01-01T00:00:00Z")));
        Awaitility.await().until(() -> journal.says("by the token on disk"));
        Awaitility.await()
            .atMost(30, TimeUnit.SECONDS)
            .until(() -> count("connected to NATS") == 2);
        assertTrue(provider.asked().size() > asked);
      }
    }
  }

  /** A server with TLS that admits whoever has this one token. */
  private ConfiguredNats nats(String token) {
    return ConfiguredNats.start(
        """
        tls { cert_file: /tls.pem, key_file: /tls.key }
        authorization { token: "%s" }
        """
            .formatted(token),
        Map.of("/tls.pem", issued.certificate(), "/tls.key", issued.key()));
  }

  private long count(String words) {
    return journal.lines().stream().filter(line -> line.contains(words)).count();
  }

  private void observe(ConfiguredNats nats, String token) {
    var settings =
        new NatsSettings(
            List.of(url(nats)),
            "observer",
            Credentials.token(() -> token),
            "_INBOX",
            Optional.of(AUTHORITY.certificate()));
    var observer = NatsConnection.open(vertx, settings, state -> {});
    vertx.runOnContext(
        go -> observer.subscribe(Wire.heartbeat("pi-1"), beat -> beats.incrementAndGet()));
  }

  private static String url(ConfiguredNats nats) {
    return nats.url("nats", "localhost");
  }

  private void start(TestProvider provider, ConfiguredNats nats, InstantSource system) {
    vertx.runOnContext(
        go -> {
          try {
            startHere(provider, nats, system);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void startHere(TestProvider provider, ConfiguredNats nats, InstantSource system)
      throws IOException {
    var state = directory.resolve("state");
    var caFile = Optional.of(AUTHORITY.certificate());
    var identity =
        new Identity.Zitadel(URI.create(provider.issuer("localhost")), "4009", keyFile, caFile);
    var kept = new Kept(identity, state);
    var clock = new Timekeeper(system, System::nanoTime, BUILT);
    var credentials =
        new ZitadelCredentials(vertx, identity, clock, kept, new TimeFile(state), kept.load());
    var device = new DeviceId("pi-1");
    var link =
        new DeviceLink(
            vertx,
            new NatsSettings(
                List.of(url(nats)),
                "device",
                credentials,
                Wire.inboxPrefix("pi-1"),
                Trust.in(caFile, clock, credentials::doubt)),
            new Self(device, "boot", new ReportedDocument.Agent("test", Instant.now())),
            new Rhythm(BEAT, Duration.ofHours(6)),
            Optional.empty(),
            document -> {});
    credentials.start(link::renew);
  }
}
