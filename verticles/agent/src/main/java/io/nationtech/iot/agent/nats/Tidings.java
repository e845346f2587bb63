package io.nationtech.iot.agent.nats;

import io.nationtech.iot.nats.ConnectionState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a connection's coming and going is worth a line: a loss once, a refusal once, a return
 * once; and one that comes and goes all the time is said once too. Times are those of {@link
 * System#nanoTime}.
 */
final class Tidings {
  /** A server that has no time for ten thousand who come at once says the same to some of them. */
  private static final int REFUSALS = 3;

  /** As after a restart of the server or two. */
  private static final int SHORT_STAYS = 2;

  private static final Duration STAY = Duration.ofMinutes(1);
  private static final String GOES_ON = "what runs goes on; ";

  private enum Said {
    NOTHING,
    THERE,
    AWAY,
    REFUSED,
    UNSTEADY
  }

  /** One for the journal. */
  record Line(boolean good, String text) {}

  private Said said = Said.NOTHING;
  private @Nullable String url;
  private long since;
  private int refusals;
  private int shortStays;

  /** What to say about this change, if anything. */
  Optional<Line> of(ConnectionState state, long nanos) {
    return switch (state) {
      case ConnectionState.Connected there -> arrived(there.url(), nanos);
      case ConnectionState.Disconnected away -> left(away, nanos);
    };
  }

  /** What to say when nothing changed, but time passed. */
  Optional<Line> passed(long nanos) {
    return url != null && said == Said.UNSTEADY && stayed(nanos)
        ? there("connected to NATS for a minute now, at " + url)
        : Optional.empty();
  }

  private Optional<Line> arrived(String url, long nanos) {
    this.url = url;
    since = nanos;
    refusals = 0;
    return said == Said.UNSTEADY ? Optional.empty() : there("connected to NATS at " + url);
  }

  private Optional<Line> there(String text) {
    said = Said.THERE;
    return Optional.of(new Line(true, text));
  }

  private Optional<Line> left(ConnectionState.Disconnected away, long nanos) {
    if (url != null) {
      shortStays = stayed(nanos) ? 0 : shortStays + 1;
      url = null;
    }
    refusals = away.refused() ? refusals + 1 : 0;
    if (refusals >= REFUSALS) {
      return once(
          Said.REFUSED,
          "NATS refuses this device (%s): %sask who looks after the fleet whether it was taken"
              + " out of service; trying on, silent until it is let in",
          away.reason());
    }
    return switch (said) {
      case UNSTEADY, AWAY, REFUSED -> Optional.empty();
      case NOTHING, THERE ->
          shortStays > SHORT_STAYS
              ? once(
                  Said.UNSTEADY,
                  "NATS lets this device in and closes the connection again, over and over (%s):"
                      + " %strying on, silent until it has stayed for a minute",
                  away.reason())
              : once(
                  Said.AWAY,
                  "NATS is away (%s): %strying to reach it again, silent until it is back",
                  away.reason());
    };
  }

  private Optional<Line> once(Said what, String text, String reason) {
    if (said == what) {
      return Optional.empty();
    }
    said = what;
    return Optional.of(new Line(false, text.formatted(reason, GOES_ON)));
  }

  private boolean stayed(long nanos) {
    return nanos - since >= STAY.toNanos();
  }
}
