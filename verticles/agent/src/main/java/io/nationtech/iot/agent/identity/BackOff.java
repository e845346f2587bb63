package io.nationtech.iot.agent.identity;

import java.time.Duration;

/** How long to wait after each failure in a row, for ever. */
public record BackOff(Duration first, Duration longest) {
  private static final int MOST_DOUBLINGS = 30;

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
