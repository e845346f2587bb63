package io.nationtech.iot.platform.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Prints what happened, one line each, and waits for what is to happen. */
final class Story {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Instant began = Instant.now();

  /** The story did not go as told; the message says at which line. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }

  /** One line, with the seconds since the demo began. */
  void tell(String line) {
    System.out.printf(
        Locale.ROOT, "%6.1f s  %s%n", seconds(Duration.between(began, Instant.now())), line);
  }

  /** One hop below a line, with the seconds since {@code start}; none that did not happen. */
  void hop(Instant start, Optional<Instant> at, String line) {
    at.filter(time -> time.isAfter(start))
        .ifPresent(
            time ->
                System.out.printf(
                    Locale.ROOT,
                    "          %+7.3f s  %s%n",
                    seconds(Duration.between(start, time)),
                    line));
  }

  /** What a program printed, without what is well, its columns drawn together. */
  void quote(String output) {
    output
        .lines()
        .filter(line -> !line.startsWith("ok "))
        .map(line -> line.stripLeading().replaceAll(" {2,}", "  "))
        .map(line -> line.startsWith("to do: ") ? "       " + line : line)
        .forEach(line -> System.out.println("            " + line));
  }

  /** Waits for what {@code look} finds; not longer than a minute and a half. */
  static <T> T find(String what, Supplier<Optional<T>> look) {
    try {
      return Awaitility.await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(PATIENCE)
          .until(look::get, Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new Broken("waited " + PATIENCE.toSeconds() + " s in vain for " + what);
    }
  }

  static void await(String what, Callable<Boolean> look) {
    try {
      Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(look);
    } catch (ConditionTimeoutException e) {
      throw new Broken("waited " + PATIENCE.toSeconds() + " s in vain for " + what);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
