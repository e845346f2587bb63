package io.nationtech.iot.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the kernel says of a process. */
final class Processes {
  private static final double TICKS_PER_SECOND = 100;

  private Processes() {}

  /** User and system time, from proc(5). */
  static double cpuSeconds(long pid) throws IOException {
    var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    var words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Double.parseDouble(words[11]) + Double.parseDouble(words[12])) / TICKS_PER_SECOND;
  }

  /** Of a measurement: how often it looks, how long it settles, how long it lasts. */
  static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many files and sockets it may hold open at most. */
  static long openFiles(long pid) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split("\\s{2,}")[2])
          .mapToLong(most -> most.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(most))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Its share of memory in MiB, what is shared counted in part. */
  static double pss(long pid) throws IOException {
    return memory(pid, "Pss:");
  }

  /** One line of its smaps_rollup, in MiB. */
  static double memory(long pid, String line) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(each -> each.startsWith(line))
          .mapToDouble(each -> Double.parseDouble(each.split("\\s+")[1]) / 1024)
          .findFirst()
          .orElseThrow();
    }
  }
}
