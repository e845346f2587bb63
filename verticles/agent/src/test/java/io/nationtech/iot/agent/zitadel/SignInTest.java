package io.nationtech.iot.agent.zitadel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.TestKeys;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.nats.DeviceLink;
import io.nationtech.iot.agent.nats.Self;
import io.nationtech.iot.agent.store.TimeFile;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Trust;
import io.nationtech.iot.platform.PrivateAuthority;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a key file to heartbeats in NATS, on a server that cuts whoever's token expires. */
class SignInTest {
  private static final PrivateAuthority AUTHORITY = new PrivateAuthority();
  private static final Instant BUILT = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration BEAT = Duration.ofMillis(100);

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final JournalLines journal = JournalLines.of("iot-agent");
  private final List<Instant> beats = Collections.synchronizedList(new ArrayList<>());
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

  @Test
  void noHeartbeatIsMissedWhileTokensExpireOneAfterTheOther() throws Exception {
    try (var nats = new TestCallout(Optional.empty(), AUTHORITY);
        var provider = new TestProvider(vertx, Optional.empty())) {
      provider.grant("4009", Duration.ofSeconds(6));
      observe(nats, Optional.empty());
      start(provider, nats, InstantSource.system());
      Awaitility.await().until(() -> beats.size() > 2);
      var first = nats.admitted.get(1);
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> Instant.now().isAfter(first.plusSeconds(12)));

      assertTrue(longestGap().toMillis() < 1000, longestGap().toString());
      assertTrue(nats.admitted.size() >= 5, nats.admitted.toString());
      assertFalse(journal.says("NATS is away"), journal.lines().toString());
    }
  }

  @Test
  void aProviderThatIsAwayTooLongEndsTheConnectionAndItComesBackByItself() throws Exception {
    try (var nats = new TestCallout(Optional.empty(), AUTHORITY);
        var provider = new TestProvider(vertx, Optional.empty())) {
      provider.grant("4009", Duration.ofSeconds(6));
      observe(nats, Optional.empty());
      start(provider, nats, InstantSource.system());
      Awaitility.await().until(() -> beats.size() > 2);

      provider.refuse(503, "", "");
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> journal.says("NATS is away (") && !beatsWithin(Duration.ofSeconds(3)));
      provider.grant("4009", Duration.ofHours(12));
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> beatsWithin(BEAT.multipliedBy(3)));
      assertEquals(1, count("NATS is away"), journal.lines().toString());
      assertEquals(1, count("HTTP 503"), journal.lines().toString());
      assertEquals(1, count("gives tokens again"), journal.lines().toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:10Z", "2051-01-01T00:00:00Z"})
  void aClockYearsOffIsNoObstacleWithTlsOnBothSides(String wrong) throws Exception {
    var issued = Optional.of(AUTHORITY.issue("dns:localhost", yesterday(), 30));
    try (var nats = new TestCallout(issued, AUTHORITY);
        var provider = new TestProvider(vertx, issued)) {
      provider.grant("4009", Duration.ofHours(12));
      observe(nats, Optional.of(AUTHORITY.certificate()));
      start(provider, nats, InstantSource.fixed(Instant.parse(wrong)));
      Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> beats.size() > 2);
    }
  }

  /** A token that is kept needs no provider; but the clock does, for NATS's certificate. */
  @Test
  void withATokenOnDiskAndAWrongClockTheProviderIsAskedWhenNatssCertificateSeemsWrong()
      throws Exception {
    var issued = Optional.of(AUTHORITY.issue("dns:localhost", yesterday(), 30));
    try (var nats = new TestCallout(issued, AUTHORITY);
        var provider = new TestProvider(vertx, issued)) {
      provider.grant("4009", Duration.ofDays(20_000));
      start(provider, nats, InstantSource.system());
      Awaitility.await().until(() -> journal.says("connected to NATS"));
      observe(nats, Optional.of(AUTHORITY.certificate()));
      int asked = provider.asked().size();

      start(provider, nats, InstantSource.fixed(Instant.parse("2051-01-01T00:00:00Z")));
      Awaitility.await().until(() -> journal.says("by the token on disk"));
      Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> count("connected to NATS") == 2);
      assertTrue(provider.asked().size() > asked);
    }
  }

  private static Instant yesterday() {
    return Instant.now().minus(Duration.ofDays(1));
  }

  private long count(String words) {
    return journal.lines().stream().filter(line -> line.contains(words)).count();
  }

  private Duration longestGap() {
    var all = List.copyOf(beats);
    var longest = Duration.ZERO;
    for (int i = 1; i < all.size(); i++) {
      var gap = Duration.between(all.get(i - 1), all.get(i));
      longest = gap.compareTo(longest) > 0 ? gap : longest;
    }
    return longest;
  }

  private boolean beatsWithin(Duration time) {
    return beats.getLast().isAfter(Instant.now().minus(time));
  }

  private void observe(TestCallout nats, Optional<Path> caFile) {
    var settings =
        new NatsSettings(
            List.of(nats.url()),
            "observer",
            Credentials.token(() -> TestCallout.OBSERVER),
            "_INBOX",
            caFile);
    var observer = NatsConnection.open(vertx, settings, state -> {});
    vertx.runOnContext(
        go -> observer.subscribe(Wire.heartbeat("pi-1"), beat -> beats.add(Instant.now())));
    Awaitility.await().until(() -> nats.admitted.size() >= 1);
  }

  private void start(TestProvider provider, TestCallout nats, InstantSource system) {
    vertx.runOnContext(
        go -> {
          try {
            startHere(provider, nats, system);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void startHere(TestProvider provider, TestCallout nats, InstantSource system)
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
                List.of(nats.url()),
                "device",
                credentials,
                Wire.inboxPrefix("pi-1"),
                Trust.in(nats.tls ? caFile : Optional.empty(), clock, credentials::doubt)),
            new Self(device, "boot", new ReportedDocument.Agent("test", Instant.now())),
            BEAT,
            Optional.empty(),
            document -> {});
    credentials.start(link::renew);
  }
}
