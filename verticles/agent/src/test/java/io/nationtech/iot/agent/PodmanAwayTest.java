package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.PodmanSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that starts before podman does, and one that ends without it. */
class PodmanAwayTest {
  @TempDir Path directory = Path.of("");
  private JournalLines journal;
  private TestDevice device;
  private Path socket;

  @BeforeEach
  void start() {
    journal = JournalLines.of("ROOT");
    socket = directory.resolve("podman.sock");
    device = new TestDevice("away-test");
    var usual = device.settings();
    device.startAgent(
        new Settings(
            usual.device(),
            usual.nats(),
            usual.identity(),
            new Settings.Podman(socket.toString(), Duration.ofSeconds(5)),
            usual.agent(),
            usual.policy(),
            usual.collectAbovePercent(),
            usual.logLevel()));
    eventually("away", () -> Optional.of(1).filter(go -> away() == 1));
  }

  @AfterEach
  void end() {
    device.close();
    journal.close();
  }

  @Test
  void theSocketIsWaitedForAndThatIsSaidOnce() throws IOException {
    device.want(deployment("early", Images.HELLO_1, ""));
    // Several tries.
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(20))
        .until(() -> away() == 1);
    Files.createSymbolicLink(socket, Path.of(PodmanSocket.path()));
    device.running("early");
    assertEquals(1, journal.count(Level.INFO, "podman answers again"));
    assertEquals(1, away());
  }

  @Test
  void anAgentThatEndsWithoutItEndsInOrder() {
    device.stopAgent();
    assertFalse(journal.says("Unhandled exception"), () -> journal.lines().toString());
    assertFalse(journal.says("Client is closed"), () -> journal.lines().toString());
  }

  private long away() {
    return journal.count(Level.WARN, "podman does not answer");
  }
}
