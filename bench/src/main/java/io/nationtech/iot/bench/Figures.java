package io.nationtech.iot.bench;

import java.util.List;
import java.util.Locale;

/** What a benchmark prints: progress and tables for people, one {@code result:} line a figure. */
final class Figures {
  private Figures() {}

  static void progress(String line) {
    System.err.println("bench: " + line);
  }

  static void row(String what, List<Double> values, String unit) {
    var sorted = values.stream().sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "%-34s %9.1f %9.1f %9.1f %s%n",
        what,
        sorted.getFirst(),
        median(values),
        sorted.getLast(),
        unit);
  }

  static void header() {
    System.out.printf("%-34s %9s %9s %9s%n", "", "min", "median", "max");
  }

  static void result(String metric, double value, String unit) {
    System.out.printf(Locale.ROOT, "result: %s = %.2f %s%n", metric, value, unit);
  }

  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
