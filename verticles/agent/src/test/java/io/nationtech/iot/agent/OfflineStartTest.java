package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.store.StateFile;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.SecretFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that boots with no network at all, and with a clock that is ten years slow. */
class OfflineStartTest {
  private static final DeviceId DEVICE = new DeviceId("offline-test");
  private static final Duration GOAL = Duration.ofSeconds(5);
  private static final int STARTS = 3;

  private static final String DOCUMENT =
      """
      {"device":"offline-test","owner":"test/test","deployments":{"offline":{"uid":"u","generation":1,
      "since":"2026-11-23T09:59:58Z","update":{},"score":{"type":"PodmanV0","data":{"services":[
      {"name":"a","image":"%1$s","dependsOn":[{"service":"b","condition":"Started"}]},{"name":"b","image":"%1$s"}]}}}}}"""
          .formatted(Images.HELLO_1);

  @TempDir Path directory = Path.of("");

  @AfterEach
  void end() {
    var mine = "label=" + Wire.LABEL_DEVICE + "=" + DEVICE;
    Command.run("podman", "ps", "-aq", "--filter", mine)
        .lines()
        .forEach(container -> Command.run("podman", "rm", "-f", "-t", "0", container));
    Command.run("podman", "network", "ls", "-q", "--filter", mine)
        .lines()
        .forEach(network -> Command.run("podman", "network", "rm", network));
  }

  @Test
  void whatWasKnownLastIsStartedInItsOrderWithinFiveSecondsOfTheAgentsStart() throws Exception {
    remember();
    var agent = agent();
    var first = new ArrayList<Duration>();
    try {
      for (int start = 1; start <= STARTS; start++) {
        var began = Instant.now();
        agent.start();
        var a = startedAfter("offline.a", began);
        var b = startedAfter("offline.b", began);
        // What a person stopped starts again at once, whatever it depends on.
        assertTrue(
            start > 1 || b.isBefore(a), "a depends on b, and was started at " + a + ", b at " + b);
        first.add(Duration.between(began, b));
        agent.kill();
        Command.run("podman", "stop", "-t", "0", "offline.a", "offline.b");
      }
    } finally {
      agent.kill();
    }
    assertEquals(0, agent.count("connected to NATS"));
    System.out.println("OfflineStartTest: from the agent's start to podman's of b: " + first);
    // Others use this machine too: the quickest tells what the agent itself needs.
    assertTrue(first.stream().anyMatch(time -> time.compareTo(GOAL) < 0), first::toString);
  }

  private Path state() {
    return directory.resolve("state");
  }

  /** As an agent did that last heard of a document in ten years, by this machine's clock. */
  private void remember() throws IOException, MalformedDocumentException {
    var vertx = Vertx.vertx();
    try {
      var document = DesiredDocument.decode(DEVICE, DOCUMENT.getBytes(UTF_8));
      var time = Instant.now().plus(Duration.ofDays(3652));
      var store = new StateFile(vertx, state(), DEVICE);
      var memory =
          new Memory(
              Optional.of(new Memory.Known(document, 7, time)), Map.of(), Map.of(), Map.of());
      vertx.runOnContext(go -> store.save(memory));
      eventually("the state", () -> Optional.of(1).filter(go -> store.load().equals(memory)));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().orTimeout(9, TimeUnit.SECONDS).join();
    }
  }

  private Program agent() throws IOException {
    var config =
        SecretFile.write(
            directory.resolve("agent.toml"),
            """
            device = "%s"
            [nats]
            urls = ["nats://127.0.0.1:4222"]
            [identity]
            type = "shared"
            user = "%1$s"
            password = "unused"
            [podman]
            socket = "%s"
            [agent]
            state_directory = "%s"
            """
                .formatted(DEVICE, PodmanSocket.path(), state()));
    // Only root can do without a network; who can't has nobody at that address either.
    boolean root = Files.getOwner(Path.of("/proc/self")).getName().equals("root");
    var java = Stream.of(Program.java(), "-cp", System.getProperty("java.class.path"));
    var run = Stream.of(Main.class.getName(), "run", "--config", config.toString());
    return new Program(
        directory,
        "agent",
        Map.of(),
        Stream.of(root ? List.of("unshare", "--net").stream() : Stream.<String>of(), java, run)
            .flatMap(part -> part)
            .toList());
  }

  private static Instant startedAfter(String container, Instant began) {
    var format =
        "{{.State.Status}} {{.State.StartedAt.Format \"2006-01-02T15:04:05.999999999Z07:00\"}}";
    return eventually(
        container,
        () ->
            Optional.of(inspect(container, format))
                .filter(said -> said.startsWith("running "))
                .map(said -> OffsetDateTime.parse(said.split(" ")[1]).toInstant())
                .filter(began::isBefore));
  }
}
