package io.nationtech.iot.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a device is there, as far as this operator can say. */
public sealed interface Connection {
  int MISSED = 3;

  /** A heartbeat that came. */
  record Heard(Instant at, Duration interval) {}

  /** Heard of within three of its intervals. */
  record Connected(Instant at) implements Connection {}

  /** Silent for three intervals in which this operator listened. */
  record Offline(Optional<Instant> last) implements Connection {}

  /** Silent, but this operator has not listened long enough to blame the device. */
  record Unknown() implements Connection {}

  /**
   * Judges.
   *
   * @param listening since when heartbeats would have been heard
   * @param usual the interval of a device that was never heard
   */
  static Connection of(
      Optional<Heard> heard, Optional<Instant> listening, Duration usual, Instant now) {
    var patience = heard.map(Heard::interval).orElse(usual).multipliedBy(MISSED);
    if (heard.isPresent() && heard.get().at().plus(patience).isAfter(now)) {
      return new Connected(heard.get().at());
    }
    boolean patient = listening.isPresent() && !listening.get().plus(patience).isAfter(now);
    return patient ? new Offline(heard.map(Heard::at)) : new Unknown();
  }
}
