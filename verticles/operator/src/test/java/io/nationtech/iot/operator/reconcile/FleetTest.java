package io.nationtech.iot.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nationtech.iot.operator.status.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the operator keeps in memory. */
class FleetTest {
  private static final Duration INTERVAL = Duration.ofSeconds(60);

  private Instant wall = Instant.parse("2026-11-23T10:00:00Z");
  private long nanos = Long.MAX_VALUE;
  private final Fleet fleet = new Fleet(Clock.fixed(wall, ZoneOffset.UTC), () -> nanos, INTERVAL);

  @Test
  void aClockThatIsSetNeitherLosesNorRevivesADevice() {
    var jumping =
        new Fleet(
            new Clock() {
              @Override
              public ZoneOffset getZone() {
                return ZoneOffset.UTC;
              }

              @Override
              public Clock withZone(ZoneId zone) {
                return this;
              }

              @Override
              public Instant instant() {
                return wall;
              }
            },
            () -> nanos,
            INTERVAL);
    jumping.listening(true);
    jumping.heard("pi-1", INTERVAL);
    wall = wall.plus(Duration.ofDays(365));
    assertInstanceOf(Connection.Connected.class, jumping.connection("pi-1"));
    wall = wall.minus(Duration.ofDays(800));
    pass(Duration.ofSeconds(179));
    assertInstanceOf(Connection.Connected.class, jumping.connection("pi-1"));
    pass(Duration.ofSeconds(1));
    assertInstanceOf(Connection.Offline.class, jumping.connection("pi-1"));
  }

  @Test
  void listeningBeginsAnewWithEveryConnection() {
    fleet.heard("pi-1", INTERVAL);
    fleet.listening(true);
    pass(Duration.ofSeconds(170));
    fleet.listening(false);
    fleet.listening(true);
    pass(Duration.ofSeconds(170));
    assertInstanceOf(Connection.Unknown.class, fleet.connection("pi-1"));
    pass(Duration.ofSeconds(10));
    assertInstanceOf(Connection.Offline.class, fleet.connection("pi-1"));
  }

  @Test
  void silentDevicesWithoutAResourceAreForgotten() {
    fleet.listening(true);
    fleet.heard("mine", INTERVAL);
    fleet.heard("strange", INTERVAL);
    fleet.forgetSilent(Set.of("mine"));
    assertInstanceOf(Connection.Connected.class, fleet.connection("strange"));
    pass(Duration.ofSeconds(180));
    fleet.forgetSilent(Set.of("mine"));
    assertEquals(new Connection.Offline(Optional.of(wall)), fleet.connection("mine"));
    assertEquals(new Connection.Offline(Optional.empty()), fleet.connection("strange"));
  }

  @Test
  void onlyTheLastEndsAreRemembered() {
    for (int i = 0; i < 100_010; i++) {
      fleet.ended("uid-" + i);
    }
    assertEquals(100_000, fleet.ended().size());
    assertEquals(false, fleet.ended().contains("uid-9"));
    assertEquals(true, fleet.ended().contains("uid-10"));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }
}
