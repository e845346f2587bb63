package io.nationtech.iot.callout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.callout.nats.Nkey;
import io.nationtech.iot.callout.nats.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A valid token gets in, whatever else is away. */
class AvailabilityTest {
  private static final int CLIENTS = 500;

  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = new Fixture();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aRestartWhileTheProviderIsAwayLetsValidTokensIn(@TempDir Path cache) throws Exception {
    var settings = fixture.settings(Optional.of(cache));
    var first = fixture.startCallout(settings, Clock.systemUTC());
    var token = fixture.issuer.device("pi-1");
    fixture.raw(token).close();
    Fixture.await().until(() -> !files(cache).isEmpty());
    for (var file : files(cache)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    fixture.stop(first);
    fixture.issuer.goAway(true);
    fixture.startCallout(settings, Clock.systemUTC());
    fixture.raw(token).close();
    fixture.raw(fixture.issuer.device("pi-2")).close();
  }

  @Test
  @Tag("slow")
  void tokensOfBothKeysGetInWhileTheProviderChangesItsKey() {
    fixture.startCallout();
    var old = fixture.issuer.device("pi-1");
    fixture.raw(old).close();
    var next = SigningKey.generate("second", "ES256");
    fixture.issuer.published.add(next);
    var claims = Claims.device(fixture.issuer.url(), "pi-2", Instant.now());
    // Asked for at once because nobody knows it, or half a minute after the fetch before.
    Fixture.await().atMost(Duration.ofSeconds(60)).until(() -> signsIn(next.sign(claims)));
    fixture.raw(old).close();
    fixture.raw(next.sign(claims)).close();
  }

  @Test
  void aFloodOfUnknownKeysAsksTheProviderOnce() {
    fixture.startCallout();
    var claims = Claims.device(fixture.issuer.url(), "pi-1", Instant.now());
    var before = fixture.issuer.fetches.get();
    var stranger = SigningKey.generate("x", "EdDSA");
    for (int i = 0; i < 100; i++) {
      var key = new SigningKey("unknown-" + i, "EdDSA", stranger.pair());
      assertTrue(!signsIn(key.sign(claims)));
    }
    assertTrue(fixture.issuer.fetches.get() - before <= 1, "" + fixture.issuer.fetches.get());
    fixture.raw(fixture.issuer.device("pi-1")).close();
  }

  @Test
  void oneOfTwoCalloutsGoesUnderLoadAndNoLoginIsLostThatTriesTwice() throws Exception {
    var first = fixture.startCallout();
    fixture.startCallout();
    var tokens = new ArrayList<String>();
    for (int i = 0; i < 300; i++) {
      tokens.add(fixture.issuer.device("pi-" + i));
    }
    var lost = new AtomicInteger();
    var done = new AtomicInteger();
    try (var pool = Executors.newFixedThreadPool(8)) {
      var logins = new ArrayList<CompletableFuture<Void>>();
      for (var token : tokens) {
        logins.add(
            CompletableFuture.runAsync(
                () -> {
                  if (!signsIn(token) && !secondTry(token)) {
                    lost.incrementAndGet();
                  }
                  done.incrementAndGet();
                },
                pool));
      }
      Fixture.await().until(() -> done.get() > 50);
      fixture.stop(first);
      CompletableFuture.allOf(logins.toArray(CompletableFuture[]::new)).join();
    }
    assertEquals(0, lost.get());
  }

  @Test
  @Tag("slow")
  void allClientsAreBackAfterARestartOfTheServer() throws Exception {
    fixture.startCallout();
    var tokens = new ArrayList<String>();
    for (int i = 0; i < CLIENTS; i++) {
      tokens.add(fixture.issuer.device("pi-" + i));
    }
    var before = new ArrayList<RawClient>();
    tokens.forEach(token -> before.add(fixture.raw(token)));
    fixture.nats.restart();
    long began = System.nanoTime();
    before.forEach(client -> assertEquals("closed", client.answer()));
    var after = new ArrayList<RawClient>();
    try (var pool = Executors.newFixedThreadPool(32)) {
      var logins =
          tokens.stream()
              .map(token -> CompletableFuture.supplyAsync(() -> untilIn(token), pool))
              .toList();
      logins.forEach(login -> after.add(login.join()));
    }
    System.out.printf(
        "%d clients are back %d ms after nats-server%n",
        after.size(), Duration.ofNanos(System.nanoTime() - began).toMillis());
    assertEquals(CLIENTS, after.size());
    after.forEach(RawClient::close);
  }

  @Test
  void withoutACalloutNobodyGetsInAndAPeerLearnsNoMoreThanOfARefusal() {
    for (var token : java.util.List.of(fixture.issuer.device("pi-1"), "opaque", "")) {
      try (var client = fixture.raw()) {
        assertEquals("-ERR 'Authorization Violation'", client.signIn(token));
      }
    }
  }

  @Test
  void anotherServersAnswersAreNotBelieved() {
    // A callout with another issuer's key: what it signs lets nobody in.
    var settings = fixture.settings(Optional.empty());
    var wrong =
        new CalloutSettings(
            settings.nats(),
            new io.nationtech.iot.callout.nats.Accounts.Configured(
                Signer.generate(Nkey.Kind.ACCOUNT)),
            settings.xkey(),
            settings.policyFile(),
            settings.policyInterval(),
            Optional.empty(),
            Optional.empty(),
            settings.http());
    fixture.startCallout(wrong, Clock.systemUTC());
    assertTrue(!signsIn(fixture.issuer.device("pi-1")));
  }

  private RawClient untilIn(String token) {
    while (true) {
      try {
        return fixture.raw(token);
      } catch (RuntimeException e) {
        // Refused, or the server is not there yet: a device tries again.
        Thread.onSpinWait();
      }
    }
  }

  /** As a device does after a refusal. */
  private boolean secondTry(String token) {
    return signsIn(token);
  }

  private boolean signsIn(String token) {
    try (var client = fixture.raw()) {
      return client.signIn(token).equals("PONG");
    }
  }

  private static java.util.List<Path> files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }
}
