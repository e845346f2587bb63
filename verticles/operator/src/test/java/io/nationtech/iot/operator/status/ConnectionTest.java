package io.nationtech.iot.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.operator.status.Connection.Connected;
import io.nationtech.iot.operator.status.Connection.Heard;
import io.nationtech.iot.operator.status.Connection.Offline;
import io.nationtech.iot.operator.status.Connection.Unknown;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a device counts as there, and when as gone. */
class ConnectionTest {
  private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
  private static final Duration USUAL = Duration.ofSeconds(60);

  @Test
  void aDeviceThatWasNeverHeardIsUnknownUntilThreeIntervalsWereListenedTo() {
    assertEquals(new Unknown(), never(Optional.empty()));
    assertEquals(new Unknown(), never(seconds(0)));
    assertEquals(new Unknown(), never(seconds(179)));
    assertEquals(new Offline(Optional.empty()), never(seconds(180)));
  }

  @Test
  void aDeviceIsConnectedUntilThreeOfItsOwnIntervalsWereMissed() {
    assertEquals(new Connected(AT), heard(10, 0, seconds(1000)));
    assertEquals(new Connected(AT), heard(10, 29, seconds(1000)));
    assertEquals(new Offline(Optional.of(AT)), heard(10, 30, seconds(1000)));
    assertEquals(new Connected(AT), heard(600, 1799, seconds(9000)));
    assertEquals(new Offline(Optional.of(AT)), heard(600, 1800, seconds(9000)));
  }

  @Test
  void whoDidNotListenDoesNotBlameTheDevice() {
    assertEquals(new Unknown(), heard(10, 100, Optional.empty()));
    assertEquals(new Unknown(), heard(10, 100, seconds(29)));
    assertEquals(new Offline(Optional.of(AT)), heard(10, 100, seconds(30)));
    // What was heard before the connection broke counts as long as it would have.
    assertEquals(new Connected(AT), heard(10, 29, Optional.empty()));
  }

  private static Connection never(Optional<Duration> listened) {
    return Connection.of(Optional.empty(), listened, USUAL);
  }

  private static Connection heard(int interval, int silence, Optional<Duration> listened) {
    var heard = new Heard(AT, Duration.ofSeconds(interval), Duration.ofSeconds(silence));
    return Connection.of(Optional.of(heard), listened, USUAL);
  }

  private static Optional<Duration> seconds(int seconds) {
    return Optional.of(Duration.ofSeconds(seconds));
  }
}
