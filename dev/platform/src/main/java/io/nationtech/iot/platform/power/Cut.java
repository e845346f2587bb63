package io.nationtech.iot.platform.power;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * One kill, or some in a row: all of it follows from the seed.
 *
 * @param after how long after the moment began
 * @param again how long after each start it is killed once more: power comes and goes
 * @param offline what starts again has neither NATS nor a network
 */
public record Cut(
    long seed, Mode mode, Moment moment, Duration after, List<Duration> again, boolean offline) {
  private static final int OFFLINE_ONE_IN = 5;
  private static final int MOST_AGAIN = 3;
  private static final int AGAIN_WITHIN_MILLIS = 4000;

  /** What is killed. */
  public enum Mode {
    /** The agent, by SIGKILL. */
    AGENT,
    /** The agent, podman's service, every conmon and every container, at once. */
    ALL,
    /** The machine: what was not synced is gone. */
    POWER
  }

  /** What is going on meanwhile. */
  public enum Moment {
    /** A device that never ran anything gets its first desired document. */
    FIRST_START(2500),
    /** A new version of what runs, and another deployment comes or goes. */
    UPDATE(5500),
    /** A version that does not stay up. */
    ROLLBACK(3000),
    /** One desired document after the other, with nothing to do for any. */
    STATE_WRITE(600);

    private final int longestMillis;

    Moment(int longestMillis) {
      this.longestMillis = longestMillis;
    }
  }

  /** {@code modes}: one of them. */
  public static Cut of(long seed, List<Mode> modes) {
    var random = new Random(seed);
    // Numbers of neighbouring seeds begin alike.
    random.nextLong();
    var mode = modes.get(random.nextInt(modes.size()));
    var moment = moment(random.nextInt(10));
    var after = Duration.ofMillis(random.nextInt(moment.longestMillis));
    var again =
        random
            .ints(random.nextInt(MOST_AGAIN + 1), 0, AGAIN_WITHIN_MILLIS)
            .mapToObj(Duration::ofMillis)
            .toList();
    return new Cut(seed, mode, moment, after, again, random.nextInt(OFFLINE_ONE_IN) == 0);
  }

  public int kills() {
    return 1 + again.size();
  }

  private static Moment moment(int ofTen) {
    return switch (ofTen) {
      case 0 -> Moment.FIRST_START;
      case 1, 2, 3, 4 -> Moment.UPDATE;
      case 5, 6, 7 -> Moment.ROLLBACK;
      default -> Moment.STATE_WRITE;
    };
  }

  @Override
  public String toString() {
    var times = again.stream().map(Duration::toMillis).toList();
    return "seed %d: %s killed %d ms into %s%s%s"
        .formatted(
            seed,
            mode,
            after.toMillis(),
            moment,
            again.isEmpty() ? "" : ", again " + times + " ms after the starts",
            offline ? ", no network" : "");
  }
}
