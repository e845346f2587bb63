package io.nationtech.iot.agent.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimekeeperTest {
  private static final Instant BUILT = Instant.parse("2026-11-24T00:00:00Z");
  private static final Instant TRUE = Instant.parse("2027-06-01T12:00:00Z");
  private static final Instant NO_CLOCK = Instant.parse("1970-01-01T00:00:10Z");

  private Instant system = NO_CLOCK;
  private long nanos;
  private final Timekeeper clock = new Timekeeper(() -> system, () -> nanos, BUILT);

  @Test
  void itBeginsWithTheLatestOfClockAndBuildTimeAndLastGoodTime() {
    assertEquals(BUILT, clock.instant());
    var kept = Instant.parse("2027-05-01T00:00:00Z");
    clock.notBefore(kept);
    clock.notBefore(BUILT.minusSeconds(1));
    assertEquals(kept, clock.instant());
    system = TRUE;
    assertEquals(TRUE, clock.instant());
  }

  @Test
  void timeGoesOnThoughTheClockIsBehind() {
    pass(Duration.ofHours(2));
    assertEquals(BUILT.plus(Duration.ofHours(2)), clock.instant());
  }

  @Test
  void aServersTimeIsGoneByAndGoesOn() {
    assertEquals(Duration.between(BUILT, TRUE), clock.heard(TRUE));
    pass(Duration.ofMinutes(5));
    assertEquals(TRUE.plus(Duration.ofMinutes(5)), clock.instant());
    assertEquals(Duration.ZERO, clock.heard(TRUE.plus(Duration.ofMinutes(5)).plusSeconds(20)));
  }

  @Test
  void aClockThatIsSetRightIsGoneByAgain() {
    clock.heard(TRUE);
    system = TRUE.plusSeconds(1);
    assertEquals(Duration.ZERO, clock.heard(TRUE));
    assertEquals(TRUE.plusSeconds(1), clock.instant());
  }

  @Test
  void aClockThatIsAheadIsPutBackByAServer() {
    system = TRUE.plus(Duration.ofDays(9000));
    assertEquals(Duration.ofDays(-9000), clock.heard(TRUE));
    assertEquals(TRUE, clock.instant());
  }

  @Test
  void aLastGoodTimeThatWasWrongLocksNothingOut() {
    clock.notBefore(TRUE.plus(Duration.ofDays(9000)));
    assertTrue(clock.believable(TRUE));
    clock.heard(TRUE);
    assertEquals(TRUE, clock.instant());
  }

  @Test
  void noTimeBeforeTheBuildIsBelieved() {
    assertFalse(clock.believable(BUILT.minusSeconds(1)));
    assertTrue(clock.believable(BUILT));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    system = system.plus(time);
  }
}
