package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.NotifySocket;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an agent with ten containers costs while nothing happens. */
@Command(
    name = "agent-idle",
    mixinStandardHelpOptions = true,
    description =
        "Memory, start to ready, CPU and container restarts of the agent of dev/dist with 10"
            + " containers and TLS to NATS; then the same of its fat jar on this JDK with the JVM's"
            + " defaults. The distribution has a Java of its own, so it shares no page with any"
            + " other JVM here; the fat jar shares this benchmark's.")
final class AgentIdle implements Callable<Integer> {
  private static final DeviceId DEVICE = new DeviceId("bench-idle");
  private static final int SERVICES = 10;
  private static final int RELISTS = 200;
  private static final Duration SETTLING = Duration.ofSeconds(20);
  private static final double MOST_PSS = 64;
  private static final double MOST_ANONYMOUS = 36;
  private static final double MOST_READY = 300;

  @Option(names = "--starts", description = "How many of each; 5 where not given.")
  private int starts = 5;

  @Option(names = "--idle-seconds", description = "How long the processor is watched; 60.")
  private int idleSeconds = 60;

  @Option(names = "--relists", description = "Count restarts over " + RELISTS + " re-lists too.")
  private boolean relists;

  private final Containers containers = new Containers(DEVICE.value());

  private record Measured(
      List<Double> ready, List<Double> reported, double pss, double anonymous, double cpu) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    var directory = Files.createTempDirectory("bench");
    var authority = new PrivateAuthority();
    try (var nats = NatsServer.startSecured(authority, DEVICE.value());
        var timeline = new Timeline(nats, DEVICE)) {
      timeline.makeBuckets();
      timeline.want(IdleDocument.of(DEVICE, SERVICES));
      var config = Programs.securedConfig(directory, nats, authority, DEVICE.value(), "");
      var socket = Map.of("NOTIFY_SOCKET", directory.resolve("notify").toString());
      Supplier<Program> distributed =
          () -> Programs.distributed(Distribution.path(), directory, config, socket);
      Supplier<Program> fatJar = () -> Programs.agent(directory, config, socket);
      makeContainers(distributed.get(), timeline);
      var measured = measure("the distribution", distributed, directory, timeline);
      var baseline = measure("the fat jar", fatJar, directory, timeline);
      print(measured, baseline);
      if (relists) {
        var often = "relist_interval_seconds = 1";
        var seldom = Programs.securedConfig(directory, nats, authority, DEVICE.value(), often);
        relist(Programs.distributed(Distribution.path(), directory, seldom, socket), timeline);
      }
      return 0;
    } finally {
      containers.removeAll();
    }
  }

  private static void makeContainers(Program agent, Timeline timeline) {
    Figures.progress("the agent makes " + SERVICES + " containers");
    var began = Instant.now();
    agent.start();
    allRun(timeline, began);
    agent.kill();
  }

  private Measured measure(String what, Supplier<Program> agents, Path directory, Timeline timeline)
      throws IOException, InterruptedException {
    var ready = new ArrayList<Double>();
    var reported = new ArrayList<Double>();
    for (int start = 1; ; start++) {
      Figures.progress(what + ", start " + start + " of " + starts);
      var agent = agents.get();
      try {
        start(agent, directory, timeline, ready, reported);
        if (start == starts) {
          return idle(agent, ready, reported);
        }
      } finally {
        agent.kill();
      }
    }
  }

  /** Until the agent tells the service manager that it is ready, and until its first report. */
  private static void start(
      Program agent, Path directory, Timeline timeline, List<Double> ready, List<Double> reported)
      throws IOException, InterruptedException {
    var socket = directory.resolve("notify");
    Files.deleteIfExists(socket);
    try (var manager = new NotifySocket(socket.toString())) {
      var began = Instant.now();
      long from = System.nanoTime();
      agent.start();
      if (!manager.await("READY=1", Duration.ofMinutes(1))) {
        throw new IllegalStateException("not ready: " + agent.log());
      }
      ready.add((System.nanoTime() - from) / 1e6);
      reported.add(Duration.between(began, allRun(timeline, began)).toNanos() / 1e6);
    }
  }

  private Measured idle(Program agent, List<Double> ready, List<Double> reported)
      throws IOException {
    Figures.progress("settling for 20 s, then idle for " + idleSeconds + " s");
    Processes.pause(SETTLING);
    double before = Processes.cpuSeconds(agent.pid());
    Processes.pause(Duration.ofSeconds(idleSeconds));
    double cpu = (Processes.cpuSeconds(agent.pid()) - before) / idleSeconds * 100;
    return new Measured(
        ready,
        reported,
        Processes.pss(agent.pid()),
        Processes.memory(agent.pid(), "Anonymous:"),
        cpu);
  }

  private static void print(Measured measured, Measured baseline) {
    Figures.header();
    Figures.row("distribution: ready", measured.ready, "ms");
    Figures.row("distribution: first report", measured.reported, "ms");
    Figures.row("fat jar: ready", baseline.ready, "ms");
    Figures.row("fat jar: first report", baseline.reported, "ms");
    compare("pss", measured.pss, baseline.pss, MOST_PSS, "MiB");
    compare("anonymous", measured.anonymous, baseline.anonymous, MOST_ANONYMOUS, "MiB");
    double ready = Figures.median(measured.ready);
    compare("ready", ready, Figures.median(baseline.ready), MOST_READY, "ms");
    Figures.result("cpu_percent", measured.cpu, "% of one core");
    Figures.result("cpu_percent_fat_jar", baseline.cpu, "% of one core");
  }

  private static void compare(
      String metric, double value, double baseline, double goal, String unit) {
    Figures.result(metric, value, unit);
    Figures.result(metric + "_fat_jar", baseline, unit);
    Figures.result(metric + "_ratio_to_fat_jar", value / baseline, "ratio");
    Figures.result(metric + "_ratio_to_goal", value / goal, "of " + goal + " " + unit);
  }

  /** How many containers were started again or made anew by looking at them 200 times. */
  private void relist(Program agent, Timeline timeline) {
    var began = Instant.now();
    agent.start();
    try {
      allRun(timeline, began);
      var before = states();
      Figures.progress(RELISTS + " re-lists, one a second");
      Processes.pause(Duration.ofSeconds(RELISTS));
      var after = states();
      long restarts =
          before.entrySet().stream()
              .filter(container -> !container.getValue().equals(after.get(container.getKey())))
              .count();
      Figures.result("restarts", restarts, "containers over " + RELISTS + " re-lists");
    } finally {
      agent.kill();
    }
  }

  /** When the agent made its first report, since then, that all services run. */
  private static Instant allRun(Timeline timeline, Instant since) {
    Awaitility.await("all services running")
        .atMost(Duration.ofMinutes(2))
        .until(() -> timeline.running(DEVICE.value(), since).isPresent());
    return timeline.running(DEVICE.value(), since).orElseThrow();
  }

  private TreeMap<String, Instant> states() {
    var states = new TreeMap<String, Instant>();
    containers.ids().forEach(id -> states.put(id, containers.startedAt(id).orElse(Instant.EPOCH)));
    return states;
  }
}
