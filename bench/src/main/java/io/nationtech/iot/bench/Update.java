package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a running service takes to become its next version, against podman alone. */
@Command(
    name = "update",
    mixinStandardHelpOptions = true,
    description =
        "From the put of a desired document with another image, which is here, to podman's own"
            + " StartedAt of the new container, against a bare 'podman stop' and 'podman run' of the"
            + " same image in a network of its own, in turn. Eclipse Ankaios publishes 1455 ms for its"
            + " update of one workload.")
final class Update implements Callable<Integer> {
  private static final DeviceId DEVICE = new DeviceId("bench-update");
  private static final double ANKAIOS = 1455;
  private static final int WARM_UP = 2;
  private static final String NETWORK = DEVICE + "-podman";
  private static final String BARE = DEVICE + "-podman";

  @Option(names = "--rounds", description = "How many of each; 20 where not given.")
  private int rounds = 20;

  private final Containers containers = new Containers(DEVICE.value());
  private final List<Double> updated = new ArrayList<>();
  private final List<Double> reported = new ArrayList<>();
  private final List<Double> podman = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    var directory = Files.createTempDirectory("bench");
    var authority = new PrivateAuthority();
    try (var nats = NatsServer.startSecured(authority, DEVICE.value());
        var timeline = new Timeline(nats, DEVICE)) {
      timeline.makeBuckets();
      var config = Programs.securedConfig(directory, nats, authority, DEVICE.value(), "");
      var agent = Programs.distributed(Distribution.path(), directory, config, Map.of());
      run(agent, timeline);
    }
    print();
    return 0;
  }

  private void run(Program agent, Timeline timeline) {
    try {
      Containers.podman("network", "create", NETWORK);
      agent.start();
      update(false, Images.HELLO_1, timeline);
      bare(false, Images.HELLO_1);
      for (int round = 1 - WARM_UP; round <= rounds; round++) {
        Figures.progress(round < 1 ? "warming up" : "round " + round + " of " + rounds);
        var image = round % 2 == 0 ? Images.HELLO_1 : Images.HELLO_2;
        update(round > 0, image, timeline);
        bare(round > 0, image);
      }
    } finally {
      agent.kill();
      containers.removeAll();
      Containers.podman("rm", "-f", "-i", "-t", "0", BARE);
      Containers.podman("network", "rm", "-f", NETWORK);
    }
  }

  private void update(boolean counts, String image, Timeline timeline) {
    var sent = Instant.now();
    long revision = timeline.want(document(image));
    Awaitility.await("the update")
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofMinutes(1))
        .until(() -> timeline.running("bench", revision).isPresent());
    if (counts) {
      updated.add(millis(sent, containers.startedAt("bench.web").orElseThrow()));
      reported.add(millis(sent, timeline.running("bench", revision).orElseThrow()));
    }
  }

  private void bare(boolean counts, String image) {
    var began = Instant.now();
    if (counts || containers.startedAt(BARE).isPresent()) {
      Containers.podman("stop", BARE);
      Containers.podman("rm", BARE);
    }
    Containers.podman("run", "-d", "--name", BARE, "--network", NETWORK, image);
    if (counts) {
      podman.add(millis(began, containers.startedAt(BARE).orElseThrow()));
    }
  }

  private void print() {
    System.out.println("Milliseconds since the document was put, or 'podman stop' was called:");
    Figures.header();
    Figures.row("the new container runs", updated, "ms");
    Figures.row("reported as Running", reported, "ms");
    Figures.row("podman stop, rm, run: runs", podman, "ms");
    double update = Figures.median(updated);
    Figures.result("update", update, "ms");
    Figures.result("podman_stop_run", Figures.median(podman), "ms");
    Figures.result("ratio_to_podman", update / Figures.median(podman), "ratio");
    Figures.result("ratio_to_ankaios", update / ANKAIOS, "of the " + ANKAIOS + " ms it publishes");
  }

  /** minReadySeconds 0: it counts as updated as soon as it runs. */
  private static String document(String image) {
    return """
        {"device":"%s","owner":"bench/bench","paused":false,"deployments":{"bench":{"uid":"bench","generation":1,
        "since":"2026-11-23T09:59:58Z","retry":0,"update":{"minReadySeconds":0},
        "score":{"type":"PodmanV0","data":{"services":[{"name":"web","image":"%s"}]}}}}}"""
        .formatted(DEVICE, image);
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }
}
