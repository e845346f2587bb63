package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;

/** What an agent with ten containers costs while nothing happens. */
@Command(
    name = "agent-idle",
    mixinStandardHelpOptions = true,
    description =
        "Memory, start to ready, CPU and container restarts of an agent with 10 containers, no"
            + " tuning of the JVM. About five minutes.")
final class AgentIdle implements Callable<Integer> {
  private static final DeviceId DEVICE = new DeviceId("bench-idle");
  private static final int SERVICES = 10;
  private static final int RELISTS = 200;
  private static final int STARTS = 5;
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Containers containers = new Containers(DEVICE.value());

  @Override
  public Integer call() throws IOException {
    var directory = Files.createTempDirectory("bench");
    try (var nats = NatsServer.start(DEVICE.value());
        var timeline = new Timeline(nats, DEVICE)) {
      timeline.makeBuckets();
      timeline.want(document());
      long restarts = relist(directory, nats, timeline);
      var ready = starts(directory, nats, timeline);
      idle(directory, nats, timeline);
      Figures.result("ready", Figures.median(ready), "ms");
      Figures.result("restarts", restarts, "containers over " + RELISTS + " re-lists");
      return 0;
    } finally {
      containers.removeAll();
    }
  }

  /** How many containers were started again or made anew by looking at them 200 times. */
  private long relist(Path directory, NatsServer nats, Timeline timeline) {
    var agent = Programs.agent(directory, List.of(nats), DEVICE.value(), Duration.ofSeconds(1));
    agent.start();
    try {
      allRun(timeline, Instant.EPOCH);
      var before = states();
      Figures.progress(RELISTS + " re-lists, one a second");
      Processes.pause(Duration.ofSeconds(RELISTS));
      var after = states();
      return before.entrySet().stream()
          .filter(container -> !container.getValue().equals(after.get(container.getKey())))
          .count();
    } finally {
      agent.kill();
    }
  }

  /** From the start of the process to its report that all runs. */
  private static List<Double> starts(Path directory, NatsServer nats, Timeline timeline) {
    var times = new ArrayList<Double>();
    for (int start = 1; start <= STARTS; start++) {
      Figures.progress("start " + start + " of " + STARTS);
      var agent = Programs.agent(directory, List.of(nats), DEVICE.value(), Duration.ofSeconds(30));
      var began = Instant.now();
      agent.start();
      times.add(Duration.between(began, allRun(timeline, began)).toNanos() / 1e6);
      agent.kill();
    }
    Figures.header();
    Figures.row("process start to first report", times, "ms");
    return times;
  }

  private static void idle(Path directory, NatsServer nats, Timeline timeline) throws IOException {
    var agent = Programs.agent(directory, List.of(nats), DEVICE.value(), Duration.ofSeconds(30));
    var began = Instant.now();
    agent.start();
    try {
      allRun(timeline, began);
      Figures.progress("settling for 20 s, then idle for " + IDLE.toSeconds() + " s");
      Processes.pause(Duration.ofSeconds(20));
      double before = Processes.cpuSeconds(agent.pid());
      Processes.pause(IDLE);
      double cpu = (Processes.cpuSeconds(agent.pid()) - before) / IDLE.toSeconds() * 100;
      var memory =
          Files.readAllLines(Path.of("/proc/" + agent.pid() + "/smaps_rollup")).stream()
              .skip(1)
              .map(line -> line.split("\\s+"))
              .collect(
                  Collectors.toMap(
                      words -> words[0],
                      words -> Double.parseDouble(words[1]) / 1024,
                      (a, b) -> a));
      Figures.result("pss", memory.getOrDefault("Pss:", 0.0), "MiB");
      Figures.result("anonymous", memory.getOrDefault("Anonymous:", 0.0), "MiB");
      Figures.result("cpu_percent", cpu, "% of one core");
    } finally {
      agent.kill();
    }
  }

  private static Instant allRun(Timeline timeline, Instant since) {
    Awaitility.await("all services running")
        .atMost(Duration.ofMinutes(2))
        .until(() -> timeline.reported().stream().anyMatch(report -> good(report, since)));
    return timeline.reported().stream()
        .filter(report -> good(report, since))
        .findFirst()
        .orElseThrow()
        .reportedAt();
  }

  private static boolean good(ReportedDocument report, Instant since) {
    var deployment = report.deployments().get("idle");
    return report.reportedAt().isAfter(since)
        && deployment != null
        && deployment.phase() == ReportedDocument.Phase.Running;
  }

  private TreeMap<String, Instant> states() {
    var states = new TreeMap<String, Instant>();
    containers.ids().forEach(id -> states.put(id, containers.startedAt(id).orElse(Instant.EPOCH)));
    return states;
  }

  private static String document() {
    var services =
        IntStream.range(0, SERVICES)
            .mapToObj(n -> "{\"name\":\"s%d\",\"image\":\"%s\"}".formatted(n, Images.HELLO_1))
            .collect(Collectors.joining(","));
    return """
        {"device":"%s","owner":"bench/bench","paused":false,"deployments":{"idle":{"uid":"idle","generation":1,
        "since":"2026-11-23T09:59:58Z","retry":0,"update":{},
        "score":{"type":"PodmanV0","data":{"services":[%s]}}}}}"""
        .formatted(DEVICE, services);
  }
}
