package io.nationtech.iot.agent.plan;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last try at a service failed.
 *
 * @param spec what was tried; another spec is tried at once
 * @param tries how often in a row
 * @param reason a CamelCase word
 * @param message a sentence for a mechanic
 * @param retryAt when it is tried again
 */
public record Failure(String spec, int tries, String reason, String message, Instant retryAt) {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  boolean of(String candidate) {
    return spec.equals(candidate);
  }

  /** One more failure of the same spec doubles the wait, up to five minutes. */
  public static Failure after(
      @Nullable Failure before, String spec, String reason, String message, Instant now) {
    int tries = before != null && before.of(spec) ? before.tries() + 1 : 1;
    var wait = FIRST.multipliedBy(1L << Math.min(tries - 1, 8));
    return new Failure(
        spec, tries, reason, message, now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST));
  }
}
