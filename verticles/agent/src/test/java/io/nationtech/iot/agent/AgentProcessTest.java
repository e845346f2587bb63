package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as systemd runs it: a process, signals, and lines on its standard output. */
class AgentProcessTest {
  @TempDir Path directory = Path.of("");
  private TestDevice device;
  private Program agent;

  @BeforeEach
  void start() throws IOException {
    device = new TestDevice("agent-test");
    agent =
        new Program(
            directory,
            "agent",
            Map.of(),
            List.of(
                Program.java(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--config",
                device.config(directory, PodmanSocket.path(), 30).toString()));
    agent.start();
  }

  @AfterEach
  void end() {
    agent.kill();
    device.close();
    assertEquals(0, agent.count("has been blocked for"), "blocked threads");
  }

  @Test
  void aSignalEndsTheAgentAndLeavesTheContainersRunning() {
    device.want(deployment("stay", Images.HELLO_1, ""));
    var id = device.running("stay");
    var started = inspect(id, "{{.State.StartedAt}}");
    assertEquals(0, agent.terminate(), "exit code");
    assertEquals(1, agent.count("containers run on"));
    assertEquals("running", inspect(id, "{{.State.Status}}"));
    agent.start();
    device.want(
        deployment("stay", Images.HELLO_1, "") + "," + deployment("after", Images.HELLO_1, ""));
    device.running("after");
    assertEquals(started, inspect(id, "{{.State.StartedAt}}"));
  }

  @Test
  void aDocumentThatCameJustBeforeTheSignalIsOnDisk() {
    device.want(deployment("last", Images.HELLO_1, ""));
    count("new desired document", 1);
    agent.terminate();
    device.nats.stop();
    agent.start();
    eventually(
        "started from disk",
        () ->
            Optional.of(1)
                .filter(go -> inspect("last.web", "{{.State.Status}}").equals("running")));
  }

  @Test
  void whileNatsIsAwayTheJournalHasOneLineAndOneMoreWhenItIsBack() {
    device.want(deployment("quiet", Images.HELLO_1, ""));
    device.running("quiet");
    count("connected to NATS", 1);
    device.nats.stop();
    count("NATS is away", 1);
    var lines = lines();
    // Long enough for several tries to connect and for a heartbeat.
    Awaitility.await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(20))
        .until(() -> lines().equals(lines));
    device.nats.startAgain();
    count("connected to NATS", 2);
    assertEquals(lines.size() + 1, lines().size(), () -> lines().toString());
  }

  @Test
  void anAgentThatStartsWhileNatsIsAwaySaysSoOnce() {
    device.want(deployment("early", Images.HELLO_1, ""));
    device.running("early");
    agent.terminate();
    device.nats.stop();
    agent.start();
    count("NATS is away", 1);
    var lines = lines();
    Awaitility.await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(20))
        .until(() -> lines().equals(lines));
    device.nats.startAgain();
    count("connected to NATS", 2);
  }

  private void count(String text, int times) {
    eventually(
        times + " of " + text, () -> Optional.of(1).filter(go -> agent.count(text) == times));
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(agent.log());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
