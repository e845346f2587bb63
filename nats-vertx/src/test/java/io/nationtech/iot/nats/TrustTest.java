package io.nationtech.iot.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.ConfiguredNats;
import io.nationtech.iot.platform.PrivateAuthority;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** NATS with TLS, a private authority, and a clock that may be years off. */
class TrustTest {
  private static final PrivateAuthority AUTHORITY = new PrivateAuthority();
  private static final Instant YESTERDAY = Instant.now().minus(Duration.ofDays(1));
  private static final ConfiguredNats SERVER =
      server(AUTHORITY.issue("dns:localhost", YESTERDAY, 30));

  private final Vertx vertx = Vertx.vertx();
  private final List<ConnectionState> states = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger doubts = new AtomicInteger();

  @AfterEach
  void end() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void aServerOfThePrivateAuthorityIsBelieved() {
    connect(SERVER.url("tls", "localhost"), AUTHORITY.certificate(), InstantSource.system());
    awaitConnected();
    assertEquals(0, doubts.get());
  }

  @Test
  void aClockYearsBehindIsDoubtedAndSaidAndTheConnectionComesOnceItIsRight() {
    connectsOnceRight(Instant.parse("2001-01-01T00:00:00Z"));
  }

  @Test
  void aClockYearsAheadIsDoubtedAndSaidAndTheConnectionComesOnceItIsRight() {
    connectsOnceRight(Instant.parse("2051-01-01T00:00:00Z"));
  }

  private void connectsOnceRight(Instant wrong) {
    var now = new AtomicReference<>(wrong);
    connect(SERVER.url("tls", "localhost"), AUTHORITY.certificate(), now::get);
    awaitReason("this machine's clock says " + wrong);
    assertTrue(doubts.get() > 0);
    now.set(Instant.now());
    awaitConnected();
  }

  @Test
  void aCertificateForAnotherHostIsRefusedAndTheClockIsNotDoubted() {
    connect(SERVER.url("tls", "127.0.0.1"), AUTHORITY.certificate(), InstantSource.system());
    awaitReason("127.0.0.1");
    awaitReason("subject alternative names");
    assertEquals(0, doubts.get());
  }

  @Test
  void aWrongHostIsRefusedWhateverTheClock() {
    var wrong = Instant.parse("2001-01-01T00:00:00Z");
    connect(SERVER.url("tls", "127.0.0.1"), AUTHORITY.certificate(), InstantSource.fixed(wrong));
    awaitReason("Unable to connect");
    assertEquals(0, doubts.get());
  }

  @Test
  void anotherAuthorityIsRefusedAndTheClockIsNotDoubted() {
    var other = new PrivateAuthority();
    connect(SERVER.url("tls", "localhost"), other.certificate(), InstantSource.system());
    awaitReason("PKIX path validation failed");
    assertEquals(0, doubts.get());
  }

  private static ConfiguredNats server(PrivateAuthority.Issued issued) {
    return ConfiguredNats.start(
        "tls { cert_file: /tls.pem, key_file: /tls.key }\n",
        Map.of("/tls.pem", issued.certificate(), "/tls.key", issued.key()));
  }

  private void awaitConnected() {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> !states.isEmpty() && states.getLast() instanceof ConnectionState.Connected);
  }

  private void awaitReason(String text) {
    Awaitility.await(text)
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(() -> assertTrue(states.toString().contains(text), states.toString()));
  }

  private void connect(String url, Path caFile, InstantSource clock) {
    var settings =
        new NatsSettings(
            List.of(url),
            "test",
            options -> {},
            "_INBOX",
            Trust.in(Optional.of(caFile), clock, doubts::incrementAndGet));
    NatsConnection.open(vertx, settings, states::add);
  }
}
