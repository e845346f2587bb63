package io.nationtech.iot.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a device is there, as far as this operator can say. */
public sealed interface Connection {
  int MISSED = 3;

  /**
   * The last heartbeat.
   *
   * @param at for people to read
   * @param silence since then, by a clock that nobody sets
   */
  record Heard(Instant at, Duration interval, Duration silence) {}

  /** Heard of within three of its intervals. */
  record Connected(Instant at) implements Connection {}

  /** Silent for three intervals in which this operator listened. */
  record Offline(Optional<Instant> last) implements Connection {}

  /** Silent, but this operator has not listened long enough to blame the device. */
  record Unknown() implements Connection {}

  /**
   * Judges.
   *
   * @param listened how long heartbeats would have been heard by now; empty while they would not
   * @param usual the interval of a device that was never heard
   */
  static Connection of(Optional<Heard> heard, Optional<Duration> listened, Duration usual) {
    var patience = heard.map(Heard::interval).orElse(usual).multipliedBy(MISSED);
    if (heard.isPresent() && heard.get().silence().compareTo(patience) < 0) {
      return new Connected(heard.get().at());
    }
    boolean patient = listened.isPresent() && listened.get().compareTo(patience) >= 0;
    return patient ? new Offline(heard.map(Heard::at)) : new Unknown();
  }
}
