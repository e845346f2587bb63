package io.nationtech.iot.agent.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What time it is, on a machine that may have no clock of its own: the system's, but not before a
 * time that is certainly over, until a server that is believed says another.
 */
public final class Timekeeper implements InstantSource {
  /** A date has whole seconds, and was on its way. */
  private static final Duration SMALL = Duration.ofSeconds(30);

  private final InstantSource system;
  private final LongSupplier nanos;
  private final Instant built;
  private volatile Reading floor;
  private volatile @Nullable Reading said;

  /** A time, and the monotonic clock's reading then: the system's may be set at any moment. */
  private record Reading(Instant time, long nanos) {
    Instant at(long now) {
      return time.plusNanos(now - nanos);
    }
  }

  /**
   * Begins with what is certainly over.
   *
   * @param built when this program was built
   * @param nanos a clock that is never set, in nanoseconds
   */
  public Timekeeper(InstantSource system, LongSupplier nanos, Instant built) {
    this.system = system;
    this.nanos = nanos;
    this.built = built;
    this.floor = reading(built);
  }

  /** A time that was kept, and is over. */
  public void notBefore(Instant time) {
    if (time.isAfter(floor.time())) {
      floor = reading(time);
    }
  }

  @Override
  public Instant instant() {
    long elapsed = nanos.getAsLong();
    var certain = said;
    if (certain != null) {
      return certain.at(elapsed);
    }
    var now = system.instant();
    var over = floor.at(elapsed);
    return now.isBefore(over) ? over : now;
  }

  /** Whether {@link #instant} is right, as far as anybody knows, and not only what is over. */
  public boolean isCertain() {
    return said != null || !system.instant().isBefore(floor.at(nanos.getAsLong()));
  }

  /**
   * Whether a time may be true at all. Only what this program was built with counts: a kept time
   * may have come from a server whose clock was wrong, and must not lock out the right one.
   */
  public boolean believable(Instant time) {
    return !time.isBefore(built);
  }

  /**
   * A server that is believed says what time it is: from now on it is that, or the system's time
   * where they agree.
   *
   * @return how far {@link #instant} was behind it; zero where it was about right
   */
  public Duration heard(Instant time) {
    var behind = Duration.between(instant(), time);
    var systemBehind = Duration.between(system.instant(), time);
    if (small(systemBehind)) {
      said = null;
      floor = reading(Instant.MIN);
    } else if (said == null || !small(behind)) {
      said = reading(time);
    }
    return small(behind) ? Duration.ZERO : behind;
  }

  private Reading reading(Instant time) {
    return new Reading(time, nanos.getAsLong());
  }

  private static boolean small(Duration difference) {
    return difference.abs().compareTo(SMALL) <= 0;
  }
}
