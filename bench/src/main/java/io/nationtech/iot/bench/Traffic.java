package io.nationtech.iot.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What went over the network interfaces of a process, both ways, as the kernel counts it: IP
 * packets whole, without the link's own header, which a modem does not have.
 */
record Traffic(long bytes, long packets) {
  private static final int ETHERNET_HEADER = 14;

  /** Of the process' network namespace, loopback left out. */
  static Traffic during(long pid, Duration duration) throws IOException {
    var before = now(pid);
    Processes.pause(duration);
    var after = now(pid);
    return new Traffic(after.bytes - before.bytes, after.packets - before.packets);
  }

  private static Traffic now(long pid) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/net/dev"))) {
      return lines
          .filter(line -> line.contains(":") && !line.strip().startsWith("lo:"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip().split("\\s+"))
          .map(Traffic::of)
          .reduce(
              new Traffic(0, 0),
              (all, one) -> new Traffic(all.bytes + one.bytes, all.packets + one.packets));
    }
  }

  /** See proc(5): received bytes and packets first, eight columns later those that were sent. */
  private static Traffic of(String[] columns) {
    long packets = Long.parseLong(columns[1]) + Long.parseLong(columns[9]);
    long bytes = Long.parseLong(columns[0]) + Long.parseLong(columns[8]);
    return new Traffic(bytes - packets * ETHERNET_HEADER, packets);
  }
}
