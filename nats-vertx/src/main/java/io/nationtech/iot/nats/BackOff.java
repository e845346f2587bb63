package io.nationtech.iot.nats;

import java.time.Duration;

/** How long to wait after each failure in a row, for ever. */
public record BackOff(Duration first, Duration longest) {
  private static final int MOST_DOUBLINGS = 30;

  /** For a service that others wait for; there are few of its kind. */
  public static final BackOff SERVICE = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(1));

  /**
   * For one of ten thousand devices that lost the same server: as long as it has no time for all of
   * them, fewer and fewer come at once.
   */
  public static final BackOff FLEET = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(15));

  /**
   * Twice as long each time.
   *
   * @param failures in a row, at least one
   * @param chance from 0 to 1, the half of each wait that is chance
   */
  public Duration after(int failures, double chance) {
    long whole =
        Math.min(first.toMillis() << Math.min(failures - 1, MOST_DOUBLINGS), longest.toMillis());
    return Duration.ofMillis(whole / 2 + (long) (whole / 2 * chance));
  }
}
