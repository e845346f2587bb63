package io.nationtech.iot.agent.plan;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last try at something failed.
 *
 * @param tries how often in a row
 * @param reason a CamelCase word
 * @param message a sentence for a mechanic
 * @param retryAt when it is tried again
 */
public record Failure(int tries, String reason, String message, Instant retryAt) {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** Not to be tried yet. A wait that no failure asks for means that the clock was set back. */
  public boolean waits(Instant now) {
    return now.isBefore(retryAt) && !now.plus(LONGEST).isBefore(retryAt);
  }

  /** One more failure doubles the wait, up to five minutes. */
  public static Failure after(
      @Nullable Failure before, String reason, String message, Instant now) {
    int tries = before != null ? before.tries() + 1 : 1;
    var wait = FIRST.multipliedBy(1L << Math.min(tries - 1, 8));
    return new Failure(
        tries, reason, message, now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST));
  }
}
