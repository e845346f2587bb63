package io.nationtech.iot.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Watches a fleet come back: how many are in, and what the servers use meanwhile. */
final class Storm {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration SETTLED = Duration.ofSeconds(5);
  private static final long SAY_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

  private final String name;
  private final Fleet fleet;
  private final int devices;
  private final Optional<Long> callout;
  private List<Double> arrivals = List.of();
  private Fleet.Count count = Fleet.Count.NONE;
  private double calloutSteady;
  private double calloutPeak;
  private double serverSteady;
  private double serverPeak;
  private double calloutCpu;
  private double serverCpu;

  /** {@code callout}: its process id. */
  Storm(String name, Fleet fleet, int devices, Optional<Long> callout) {
    this.name = name;
    this.fleet = fleet;
    this.devices = devices;
    this.callout = callout;
  }

  /** Until all are in, or for so long. */
  void await(long server, Duration most, String what) throws IOException {
    long began = System.nanoTime();
    long said = began;
    while (fleet.count().in() < devices && System.nanoTime() - began < most.toNanos()) {
      Processes.pause(LOOK);
      look(server);
      if (System.nanoTime() - said > SAY_EVERY_NANOS) {
        said = System.nanoTime();
        var now = fleet.count();
        Figures.progress(
            "%s: %d of %d %s, %d logins timed out, %d refused"
                .formatted(name, now.in(), devices, what, now.timedOut(), now.refused()));
      }
    }
  }

  /** What they hold with everybody connected and nothing going on. */
  void settle(long server) throws IOException {
    Processes.pause(SETTLED);
    serverSteady = Processes.pss(server);
    calloutSteady = callout.isPresent() ? Processes.pss(callout.get()) : 0;
  }

  /** Everything counts from here on. */
  void begin() throws IOException {
    fleet.forget();
    serverPeak = 0;
    calloutPeak = 0;
    calloutCpu = callout.isPresent() ? Processes.cpuSeconds(callout.get()) : 0;
  }

  void end() throws IOException {
    arrivals = fleet.arrivals();
    count = fleet.count();
    calloutCpu = callout.isPresent() ? Processes.cpuSeconds(callout.get()) - calloutCpu : 0;
  }

  /** Until this share of all was back; endless where it never was. */
  double seconds(double share) {
    int needed = (int) Math.ceil(devices * share);
    return arrivals.size() < needed ? Double.POSITIVE_INFINITY : arrivals.get(needed - 1);
  }

  void print(String title, int all) {
    System.out.printf(
        "%s: %d of %d back, since the server could be reached again:%n", title, count.in(), all);
    row("half", seconds(0.5), "s");
    row("99 %", seconds(0.99), "s");
    row("all", seconds(1), "s");
    row("logins timed out", count.timedOut(), "");
    row("logins refused", count.refused(), "");
    row("nats-server, memory with all connected", serverSteady, "MiB PSS");
    row("nats-server, most memory", serverPeak, "MiB PSS");
    row("nats-server, processor time", serverCpu, "s");
    if (callout.isPresent()) {
      row("callout, memory with all connected", calloutSteady, "MiB PSS");
      row("callout, most memory", calloutPeak, "MiB PSS");
      row("callout, processor time", calloutCpu, "s");
    }
  }

  void results() {
    Figures.result("storm_half", seconds(0.5), "s");
    Figures.result("storm_99_percent", seconds(0.99), "s");
    Figures.result("storm_all", seconds(1), "s");
    Figures.result("storm_timed_out", count.timedOut(), "logins");
    Figures.result("storm_refused", count.refused(), "logins");
    Figures.result("callout_pss_peak", calloutPeak, "MiB");
    Figures.result("nats_server_pss_peak", serverPeak, "MiB");
  }

  private void look(long server) throws IOException {
    serverPeak = Math.max(serverPeak, Processes.pss(server));
    serverCpu = Processes.cpuSeconds(server);
    if (callout.isPresent()) {
      calloutPeak = Math.max(calloutPeak, Processes.pss(callout.get()));
    }
  }

  private static void row(String what, double value, String unit) {
    System.out.printf(java.util.Locale.ROOT, "  %-40s %9.1f %s%n", what, value, unit);
  }
}
