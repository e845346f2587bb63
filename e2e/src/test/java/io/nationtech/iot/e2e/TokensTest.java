package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From a key file to heartbeats, on the real things, with tokens that last seconds. */
class TokensTest {
  private static final Duration LIFETIME = Duration.ofSeconds(24);

  /** Three heartbeats; where the connection broke and came back, it takes longer. */
  private static final Duration LONGEST_GAP = TokenDevice.BEAT.multipliedBy(3);

  private static final int LOGINS = 300;

  private static TokenPlant plant;

  @BeforeAll
  static void start() {
    plant = new TokenPlant("tokens", LIFETIME);
  }

  @AfterAll
  static void end() {
    plant.close();
  }

  @Test
  void tokensAreRenewedOneAfterTheOtherAndNothingIsMissedOrRefused() {
    try (var device = new TokenDevice(plant, "token-renewed")) {
      var began = Instant.now();
      int refused = plant.decided("deny");
      renewed();
      renewed();
      long revision = device.want(false, "1");
      eventually("the change", () -> device.environment().contains("CHANGE=1"));
      renewed();
      assertTrue(Instant.now().isAfter(began.plus(LIFETIME)), "one token's life is over");
      assertUndisturbed(device, began, refused);
      eventually("a report of it", () -> device.timeline.seen(revision).isPresent());
    }
  }

  @Test
  @Tag("slow")
  void theProviderChangesItsKeyWhileTheAgentRuns() {
    try (var device = new TokenDevice(plant, "token-rotated")) {
      var began = Instant.now();
      int refused = plant.decided("deny");
      plant.zitadel.management().rotate();
      renewed();
      renewed();
      assertUndisturbed(device, began, refused);
    }
  }

  @Test
  void anAgentThatIsStartedAnewWhileTheProviderIsAwayGoesOnByItsTokenOnDisk() throws IOException {
    try (var device = new TokenDevice(plant, "token-kept")) {
      renewed();
      var token = device.state("token.json");
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(token)));
      device.agent.kill();
      plant.zitadel.stop();
      try {
        device.agent.start();
        eventually("the token on disk", () -> device.agent.count("by the token on disk") == 1);
        eventually("NATS", () -> device.agent.count("connected to NATS") == 2);
        eventually("heartbeats", () -> device.beatsWithin(TokenDevice.BEAT));
      } finally {
        plant.zitadel.startAgain();
      }
      renewed();
      assertEquals("running", device.state());
    }
  }

  @Test
  @Tag("slow")
  void aProviderThatIsAwayForLongEndsTheConnectionAndNothingElseAndItComesBackByItself() {
    try (var device = new TokenDevice(plant, "token-outage")) {
      var container = device.container();
      plant.zitadel.stop();
      try {
        eventually("the end of the token", () -> device.agent.count("NATS is away (") == 1);
        assertEquals(1, device.agent.count("the identity provider can't be reached"));
        assertEquals("running", device.state());
      } finally {
        plant.zitadel.startAgain();
      }
      eventually("its return", () -> device.agent.count("connected to NATS") == 2);
      eventually("heartbeats", () -> device.beatsWithin(TokenDevice.BEAT));
      assertEquals(1, device.agent.count("gives tokens again"));
      assertEquals(1, device.agent.count("NATS is away ("));
      assertEquals(container, device.container());
    }
  }

  @Test
  void aRestartOfTheCalloutIsNotNoticed() {
    try (var device = new TokenDevice(plant, "token-callout")) {
      renewed();
      var began = Instant.now();
      plant.callout.kill();
      plant.startCallout();
      renewed();
      assertUndisturbed(device, began, 0);
    }
  }

  @Test
  @Tag("slow")
  void oneOfTwoCalloutsIsKilledUnderLoadAndNoLoginIsLostThatTriesTwice() {
    var another = plant.anotherCallout();
    var token = plant.token("token-load");
    var done = new AtomicInteger();
    var twice = new AtomicInteger();
    var lost = new AtomicInteger();
    try (var pool = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < LOGINS; i++) {
        pool.execute(
            () -> {
              if (!plant.signsIn(token)) {
                twice.incrementAndGet();
                lost.addAndGet(plant.signsIn(token) ? 0 : 1);
              }
              done.incrementAndGet();
            });
      }
      eventually("some logins", () -> done.get() > LOGINS / 4);
      another.kill();
    }
    System.out.printf(
        "%d logins while one of two callouts was killed: %d tried twice%n",
        done.get(), twice.get());
    assertEquals(LOGINS, done.get());
    assertEquals(0, lost.get());
  }

  /** Waits until one more login was let in. */
  private static void renewed() {
    int before = plant.decided("allow");
    eventually("a renewal", () -> plant.decided("allow") > before);
  }

  private static void assertUndisturbed(TokenDevice device, Instant since, int refused) {
    assertEquals(0, device.agent.count("NATS is away"), device.agent.log().toString());
    assertEquals(1, device.agent.count("connected to NATS"));
    assertEquals(refused, plant.decided("deny"));
    var gap = device.longestGap(since);
    assertTrue(gap.compareTo(LONGEST_GAP) < 0, gap.toString());
    System.out.printf("%s: the longest time between two heartbeats was %s%n", device.name, gap);
  }
}
