package io.nationtech.iot.platform.dist;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;

/**
 * Lets the agent of a distribution run as on a device, TLS and containers included, and has its JVM
 * write down what it loaded: the distribution's ahead-of-time cache.
 */
public final class Training {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final DeviceId device =
      new DeviceId("training-" + ThreadLocalRandom.current().nextInt(1_000_000));
  private final Path distribution;

  private Training(Path distribution) {
    this.distribution = distribution;
  }

  /** {@code arguments}: the distribution's directory. */
  public static void main(String[] arguments) throws IOException {
    var training = new Training(Path.of(arguments[0]).toAbsolutePath());
    try {
      training.run();
    } finally {
      training.clean();
    }
    System.exit(0);
  }

  private void run() throws IOException {
    var directory = Files.createTempDirectory("training");
    var authority = new PrivateAuthority();
    var cache = distribution.resolve("lib/iot-agent/iot-agent.aot");
    try (var nats = NatsServer.startSecured(authority, device.value());
        var timeline = new Timeline(nats, device)) {
      timeline.makeBuckets();
      timeline.want(document());
      var config = Programs.securedConfig(directory, nats, authority, device.value(), "");
      // Once to make the containers, once to find them there: that is what a device does most.
      watch(timeline, agent(directory, config, Map.of()));
      watch(timeline, agent(directory, config, recording(directory, cache)));
    }
    if (!Files.exists(cache)) {
      throw new IllegalStateException(
          "training: the JVM made no cache: " + Files.readString(directory.resolve("agent.log")));
    }
  }

  private Program agent(Path directory, Path config, Map<String, String> environment) {
    return Programs.distributed(distribution, directory, config, environment);
  }

  /** Nobody listens at the socket, but the way there is used. */
  private static Map<String, String> recording(Path directory, Path cache) {
    return Map.of(
        "NOTIFY_SOCKET",
        directory.resolve("notify").toString(),
        "JAVA_TOOL_OPTIONS",
        "-XX:AOTCacheOutput=" + cache + " -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining");
  }

  private static void watch(Timeline timeline, Program agent) {
    var began = Instant.now();
    int beats = timeline.beats().size();
    agent.start();
    Awaitility.await("training: all services running")
        .atMost(PATIENCE)
        .until(
            () ->
                timeline.beats().size() > beats && timeline.running("training", began).isPresent());
    int exitCode = agent.terminate();
    if (exitCode != 0) {
      throw new IllegalStateException("training: the agent ended with " + exitCode);
    }
  }

  private String document() {
    return """
        {"device":"%s","owner":"training/training","paused":false,"deployments":{"training":{"uid":"training",
        "generation":1,"since":"2026-11-23T09:59:58Z","retry":0,"update":{},"score":{"type":"PodmanV0","data":{"services":[
        {"name":"web","image":"%s","healthcheck":{"command":["/bin/true"],"periodSeconds":1}},
        {"name":"log","image":"%s","files":[{"path":"/etc/app.conf","content":"a=1"}]}]}}}}}"""
        .formatted(device, Images.HELLO_1, Images.HELLO_1);
  }

  private void clean() {
    var label = "label=" + Wire.LABEL_DEVICE + "=" + device;
    Command.run("podman", "ps", "-aq", "--filter", label)
        .lines()
        .forEach(id -> Command.run("podman", "rm", "-f", "-t", "0", id));
    Command.run("podman", "network", "ls", "-q", "--filter", label)
        .lines()
        .forEach(id -> Command.run("podman", "network", "rm", id));
  }
}
