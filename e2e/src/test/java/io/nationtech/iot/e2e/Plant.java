package io.nationtech.iot.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.KubernetesApi;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Everything a customer has: servers, the operator and one device's agent as programs, kubectl. */
final class Plant implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final DeviceId device;
  final List<NatsServer> nats;
  final KubernetesApi kubernetes = KubernetesApi.start();
  final Program operator;
  final Program agent;
  final Timeline timeline;
  private final Path directory;

  /** {@code nats}: one server, or the three of a cluster. */
  Plant(String device, List<NatsServer> nats) {
    this.device = new DeviceId(device);
    this.nats = nats;
    try {
      this.directory = Files.createDirectories(Path.of("target", "plants", device));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.operator = Programs.operator(directory, nats, kubernetes);
    this.agent = Programs.agent(directory, nats, device, Duration.ofSeconds(5));
    this.timeline = new Timeline(nats.getFirst(), this.device);
    kubectl("apply", "-f", Images.root().resolve("charts/iot-operator/crds").toString());
    kubectl("wait", "--for=condition=Established", "crd", "--all");
    apply(
        "{apiVersion: %s, kind: Device, metadata: {name: %s}, spec: {}}".formatted(api(), device));
    operator.start();
    agent.start();
    kubectl("wait", "--for=condition=Connected", "device/" + device, "--timeout=60s");
  }

  private static String api() {
    return Wire.API_GROUP + "/" + Wire.API_VERSION;
  }

  /** One deployment with the services given in YAML's flow style. */
  void deploy(String name, String services) {
    apply(
        """
        apiVersion: %s
        kind: DeviceDeployment
        metadata: {name: %s}
        spec:
          target: {devices: [%s]}
          score: {type: PodmanV0, data: {services: [%s]}}
        """
            .formatted(api(), name, device, services));
  }

  void ready(String name) {
    kubectl("wait", "--for=condition=Ready", "ddep/" + name, "--timeout=60s");
  }

  void delete(String name) {
    kubectl("delete", "ddep", name, "--timeout=60s");
  }

  /** One value of a resource. */
  String get(String resource, String path) {
    return kubectl("get", resource, "-o", "jsonpath={" + path + "}");
  }

  String kubectl(String... arguments) {
    var answer = kubernetes.kubectl(arguments);
    assertEquals(0, answer.exitCode(), () -> String.join(" ", arguments) + ": " + answer.output());
    return answer.output();
  }

  /** What kubectl says of a manifest that it refuses. */
  String refused(String manifest) {
    var answer = kubernetes.kubectl("apply", "-f", file(manifest));
    assertEquals(1, answer.exitCode(), answer.output());
    return answer.output();
  }

  private void apply(String manifest) {
    kubectl("apply", "-f", file(manifest));
  }

  private String file(String text) {
    try {
      return Files.writeString(directory.resolve("manifest.yaml"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What podman itself says of a container, by a Go template. */
  static String inspect(String container, String template) {
    return Command.attempt("podman", "inspect", "--format", template, container).output().strip();
  }

  /** The names of the device's containers, running or not. */
  String containers() {
    return Command.run(
            "podman",
            "ps",
            "-a",
            "--format={{.Names}}",
            "--filter",
            "label=" + Wire.LABEL_DEVICE + "=" + device)
        .strip();
  }

  static void eventually(String what, Callable<Boolean> look) {
    Awaitility.await(what).atMost(PATIENCE).until(look);
  }

  /**
   * Ends all; a secret or a warning of the blocked-thread checker in what the programs said fails
   * the test.
   */
  @Override
  public void close() {
    agent.kill();
    operator.kill();
    timeline.close();
    for (var container : containers().lines().toList()) {
      Command.run("podman", "rm", "-f", "-t", "0", container);
    }
    var ours = "label=" + Wire.LABEL_DEVICE + "=" + device;
    Command.run("podman", "network", "ls", "-q", "--filter", ours)
        .lines()
        .forEach(network -> Command.run("podman", "network", "rm", network));
    kubernetes.close();
    nats.forEach(NatsServer::close);
    assertEquals(0, agent.count("has been blocked for"), "blocked threads of the agent");
    assertEquals(0, operator.count("has been blocked for"), "blocked threads of the operator");
    var server = nats.getFirst();
    assertEquals(0, operator.count(server.operatorPassword()), "a secret in " + operator.log());
    assertEquals(0, agent.count(server.devicePassword(device.value())), "in " + agent.log());
  }
}
