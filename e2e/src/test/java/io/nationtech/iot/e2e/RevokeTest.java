package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What docs/revoke-a-device.md says, with tokens that last seconds. */
class RevokeTest {
  private static final Duration LIFETIME = Duration.ofSeconds(16);

  private static TokenPlant plant;

  @BeforeAll
  static void start() {
    plant = new TokenPlant("revoke", LIFETIME);
  }

  @AfterAll
  static void end() {
    plant.close();
  }

  @Test
  @Tag("slow")
  void deactivatedAtTheProviderItIsOutWhenItsTokenEndsSaysSoAndItsContainersRunOn() {
    try (var device = new TokenDevice(plant, "revoke-inactive")) {
      var container = device.container();
      plant.zitadel.management().deactivate(device.key.userId());
      outWithin(device, "is deactivated at the identity provider");
      assertEquals("running", device.state());
      assertEquals(container, device.container());
    }
  }

  @Test
  @Tag("slow")
  void removedAtTheProviderItIsOutWhenItsTokenEndsSaysSoAndItsContainersRunOn() {
    try (var device = new TokenDevice(plant, "revoke-removed")) {
      var container = device.container();
      plant.zitadel.management().removeUser(device.key.userId());
      outWithin(device, "is not known there any more");
      assertEquals("running", device.state());
      assertEquals(container, device.container());
    }
  }

  /** The next token is refused, and the connection ends with the one in hand. */
  private static void outWithin(TokenDevice device, String line) {
    var began = Instant.now();
    eventually(line, () -> device.agent.count(line) == 1);
    var told = Duration.between(began, Instant.now());
    assertTrue(device.beatsWithin(TokenDevice.BEAT.multipliedBy(3)), "its token is still valid");
    eventually("the end", () -> device.agent.count("NATS is away (") == 1);
    var ended = Duration.between(began, Instant.now());
    // The server counts in whole seconds.
    assertTrue(ended.compareTo(LIFETIME.plusSeconds(3)) < 0, ended.toString());
    eventually("silence", () -> !device.beatsWithin(Duration.ofSeconds(5)));
    assertEquals(1, device.agent.count("connected to NATS"));
    System.out.printf(
        "%s: tokens last %d s; its agent said so after %d ms, its connection ended after %d ms%n",
        device.name, LIFETIME.toSeconds(), told.toMillis(), ended.toMillis());
  }

  @Test
  void deniedInThePolicyItIsOutAtTheNextConnectAndByAKickAtOnceAndItsContainersRunOn() {
    try (var device = new TokenDevice(plant, "revoke-denied");
        var other = new TokenDevice(plant, "revoke-kept")) {
      var container = device.container();
      var began = Instant.now();
      plant.writePolicy("denied: [revoke-denied]");
      eventually("the policy", () -> plant.callout.count("policy: changed") == 1);
      var denied = Duration.between(began, Instant.now());
      assertEquals(0, device.agent.count("NATS is away"));

      var kicked = Instant.now();
      var answer = plant.kick("revoke-denied");
      assertEquals(0, answer.exitCode(), answer.output());
      assertTrue(answer.output().contains("of revoke-denied on nats, from"), answer.output());
      eventually("the line", () -> device.agent.count("NATS is away (") == 1);
      eventually("what it is", () -> device.agent.count("NATS refuses this device (") == 1);
      eventually("silence", () -> !device.beatsWithin(Duration.ofSeconds(5)));
      assertEquals(1, device.agent.count("connected to NATS"));
      assertTrue(device.lastBeat().isBefore(kicked.plusSeconds(10)), "it was cut by the kick");
      eventually("a denial", () -> plant.callout.count("denies the device 'revoke-denied'") > 0);
      assertEquals(3, plant.kick("revoke-denied").exitCode());
      System.out.printf(
          "%s: the policy counts after %d ms; last heard of %d ms after the kick began%n",
          device.name, denied.toMillis(), Duration.between(kicked, device.lastBeat()).toMillis());
      assertEquals("running", device.state());
      assertEquals(container, device.container());
      assertEquals(1, other.agent.count("connected to NATS"));
      assertTrue(other.beatsWithin(TokenDevice.BEAT.multipliedBy(3)));

      // Who looks after devices changed their mind.
      plant.writePolicy("");
      eventually("its return", () -> device.agent.count("connected to NATS") == 2);
    }
  }

  @Test
  @Tag("slow")
  void pausedIsNoRevocationItStaysConnectedAndNothingChangesUntilItEnds() {
    try (var device = new TokenDevice(plant, "revoke-paused")) {
      var container = device.container();
      long revision = device.want(true, "1");
      int before = plant.decided("allow");
      eventually("a report", () -> device.timeline.seen(revision).isPresent());
      eventually("a new token", () -> plant.decided("allow") > before);
      assertTrue(device.beatsWithin(TokenDevice.BEAT.multipliedBy(3)));
      assertEquals(container, device.container());
      device.want(false, "1");
      eventually("the change", () -> device.environment().contains("CHANGE=1"));
    }
  }
}
