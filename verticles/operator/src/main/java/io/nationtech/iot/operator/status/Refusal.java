package io.nationtech.iot.operator.status;

import io.nationtech.iot.codec.IdentityDocument;
import java.time.Duration;
import java.time.Instant;

/**
 * Somebody asked to come in by the name of a device that is another's.
 *
 * @param stranger the first who did; others that try meanwhile are no further news
 * @param last when anybody did for the last time
 */
public record Refusal(IdentityDocument stranger, Instant last) {
  /** Twice as long as a device waits at most before it tries again. */
  static final Duration KEPT = Duration.ofHours(1);

  /** When it is history. */
  public Instant ends() {
    return last.plus(KEPT);
  }
}
