package io.nationtech.iot.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.KubernetesApi;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a resource takes to become a running container, against podman alone. */
@Command(
    name = "apply-to-running",
    mixinStandardHelpOptions = true,
    description =
        "From the create of a DeviceDeployment (sent to the API server) to podman's own StartedAt,"
            + " image present, against a bare 'podman run -d' (exec to return) of the same image in the"
            + " same network mode.")
final class ApplyToRunning implements Callable<Integer> {
  private static final DeviceId DEVICE = new DeviceId("bench-apply");
  private static final int WARM_UP = 3;

  @Option(names = "--rounds", description = "How many of each; 20 where not given.")
  private int rounds = 20;

  private final Containers containers = new Containers(DEVICE.value());
  private final List<Double> created = new ArrayList<>();
  private final List<Double> seen = new ArrayList<>();
  private final List<Double> inNats = new ArrayList<>();
  private final List<Double> running = new ArrayList<>();
  private final List<Double> reported = new ArrayList<>();
  private final List<Double> podmanRun = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    var directory = Files.createTempDirectory("bench");
    Figures.progress("starting NATS, etcd, the API server, the operator and the agent");
    try (var nats = NatsServer.start(DEVICE.value());
        var kubernetes = KubernetesApi.start();
        var client = new KubernetesClientBuilder().withConfig(kubernetes.config()).build()) {
      var operator = Programs.operator(directory, List.of(nats), kubernetes);
      var agent = Programs.agent(directory, List.of(nats), DEVICE.value(), Duration.ofSeconds(30));
      try (var timeline = new Timeline(nats, DEVICE)) {
        define(kubernetes, directory);
        operator.start();
        agent.start();
        kubectl(kubernetes, "wait", "--for=condition=Connected", "device/" + DEVICE);
        for (int round = 1 - WARM_UP; round <= rounds; round++) {
          Figures.progress(round < 1 ? "warming up" : "round " + round + " of " + rounds);
          run(round > 0, client, timeline);
          podmanRun(round > 0);
        }
      } finally {
        agent.kill();
        operator.kill();
        containers.removeAll();
      }
    }
    print();
    return 0;
  }

  private void run(boolean counts, KubernetesClient client, Timeline timeline) {
    var sent = Instant.now();
    client.resource(deployment()).create();
    var accepted = Instant.now();
    var started = find("bench.web", () -> containers.startedAt("bench.web"));
    long revision = find("a report", () -> runningRevision(timeline, sent));
    if (counts) {
      created.add(millis(sent, accepted));
      inNats.add(millis(sent, timeline.inNats(revision).orElseThrow()));
      seen.add(millis(sent, timeline.seen(revision).orElseThrow()));
      running.add(millis(sent, started));
      reported.add(millis(sent, timeline.reported().getLast().reportedAt()));
    }
    client.resource(deployment()).delete();
    find("it gone", () -> Optional.of(1).filter(go -> containers.ids().isEmpty()));
    find(
        "the resource gone",
        () -> Optional.of(1).filter(go -> client.resource(deployment()).get() == null));
  }

  private static Optional<Long> runningRevision(Timeline timeline, Instant since) {
    return timeline.reported().reversed().stream()
        .filter(report -> report.reportedAt().isAfter(since))
        .filter(
            report ->
                report.deployments().values().stream()
                    .anyMatch(
                        it -> it.phase() == io.nationtech.iot.codec.ReportedDocument.Phase.Running))
        .map(report -> report.revision())
        .findFirst();
  }

  private void podmanRun(boolean counts) {
    var began = Instant.now();
    var id = Containers.podman("run", "-d", Images.HELLO_1).strip();
    if (counts) {
      podmanRun.add(millis(began, Instant.now()));
    }
    Containers.podman("rm", "-f", "-t", "0", id);
  }

  private void print() {
    System.out.println(
        "Milliseconds since the create was sent, which is before the API server accepted it:");
    Figures.header();
    Figures.row("the API server's answer", created, "ms");
    Figures.row("in NATS", inNats, "ms");
    Figures.row("seen by the agent", seen, "ms");
    Figures.row("running (podman's StartedAt)", running, "ms");
    Figures.row("reported as Running", reported, "ms");
    System.out.println("Baseline, exec to return:");
    Figures.row("podman run -d", podmanRun, "ms");
    Figures.result("apply_to_running", Figures.median(running), "ms");
    Figures.result("podman_run", Figures.median(podmanRun), "ms");
    Figures.result(
        "ratio_to_podman_run", Figures.median(running) / Figures.median(podmanRun), "ratio");
  }

  private static void define(KubernetesApi kubernetes, Path directory) throws IOException {
    var crds = Images.root().resolve("charts/iot-operator/crds").toString();
    kubectl(kubernetes, "apply", "-f", crds);
    kubectl(kubernetes, "wait", "--for=condition=Established", "crd", "--all");
    var device = directory.resolve("device.yaml");
    Files.writeString(
        device,
        """
        {apiVersion: %s/%s, kind: Device, metadata: {name: %s}, spec: {}}
        """
            .formatted(Wire.API_GROUP, Wire.API_VERSION, DEVICE));
    kubectl(kubernetes, "create", "-f", device.toString());
  }

  private static String deployment() {
    return """
        {"apiVersion":"%s/%s","kind":"DeviceDeployment","metadata":{"name":"bench","namespace":"default"},
        "spec":{"target":{"devices":["%s"]},"score":{"type":"PodmanV0","data":{"services":[
        {"name":"web","image":"%s","stopTimeoutSeconds":1}]}}}}"""
        .formatted(Wire.API_GROUP, Wire.API_VERSION, DEVICE, Images.HELLO_1);
  }

  private static void kubectl(KubernetesApi kubernetes, String... arguments) {
    var answer = kubernetes.kubectl(arguments);
    if (answer.exitCode() != 0) {
      throw new IllegalStateException(answer.output());
    }
  }

  private static <T> T find(String what, Callable<Optional<T>> look) {
    return Awaitility.await(what)
        .pollInterval(Duration.ofMillis(50))
        .atMost(Duration.ofMinutes(1))
        .until(look, Optional::isPresent)
        .orElseThrow();
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }
}
