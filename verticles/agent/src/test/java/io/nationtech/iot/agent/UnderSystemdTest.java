package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NotifySocket;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.Program;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent in a process of its own, with what systemd gives to a service of Type=notify. */
class UnderSystemdTest {
  private static final int CRASHES = 10;

  @TempDir Path directory = Path.of("");
  private TestDevice device;
  private NotifySocket manager;

  @BeforeEach
  void start() {
    device = new TestDevice("systemd-test");
    manager = new NotifySocket(directory.resolve("notify").toString());
  }

  @AfterEach
  void end() {
    device.close();
    manager.close();
  }

  @Test
  void itIsReadyAfterItsFirstPassAndItsSentenceFollowsWhatIsTrue() throws IOException {
    var agent = agent(PodmanSocket.path(), 30);
    try {
      agent.start();
      awaitStatus("systemd-test: no desired document yet; connected to NATS");
      assertEquals(1, manager.count("READY=1"));
      device.want(deployment("told", Images.HELLO_1, ""));
      awaitStatus("systemd-test: 1 of 1 services run; connected to NATS");
      device.nats.stop();
      awaitStatus("systemd-test: 1 of 1 services run; no connection to NATS since ");
      device.nats.startAgain();
      awaitStatus("systemd-test: 1 of 1 services run; connected to NATS");
      device.want("");
      awaitStatus("systemd-test: nothing has to run; connected to NATS");
      awaitCount("WATCHDOG=1", 2);
      assertEquals(0, agent.terminate());
      awaitCount("STOPPING=1", 1);
      assertEquals(1, manager.count("READY=1"));
      assertEquals(0, agent.count(" INFO "), "lines without a priority");
      assertEquals(1, agent.count("<6>told.web: started"));
    } finally {
      agent.kill();
    }
  }

  @Test
  void aPodmanThatHangsIsWaitedForAndIsNoReasonToBeKilled() throws IOException {
    var socket = directory.resolve("podman.sock");
    try (var hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(socket));
      var agent = agent(socket.toString(), 2);
      try {
        agent.start();
        awaitStatus("systemd-test: podman did not answer /info within 2 s; connected to NATS");
        awaitCount("EXTEND_TIMEOUT_USEC=", 8);
        assertEquals(0, manager.count("READY=1"));
      } finally {
        agent.kill();
      }
    }
  }

  @Test
  @Tag("slow")
  void tenCrashesInARowLeaveTheContainersRunning() throws IOException {
    device.want(deployment("survivor", Images.HELLO_1, ""));
    var agent = agent(PodmanSocket.path(), 30);
    try {
      agent.start();
      var container = device.running("survivor");
      var started = inspect(container, "{{.State.StartedAt}}");
      for (int crash = 1; crash <= CRASHES; crash++) {
        agent.kill();
        agent.start();
        awaitCount("READY=1", crash + 1);
      }
      assertEquals("running", inspect(container, "{{.State.Status}}"));
      assertEquals(started, inspect(container, "{{.State.StartedAt}}"));
      assertEquals(container, device.running("survivor"));
    } finally {
      agent.kill();
    }
  }

  private Program agent(String podmanSocket, int callTimeoutSeconds) throws IOException {
    return new Program(
        directory,
        "agent",
        Map.of(
            "NOTIFY_SOCKET",
            directory.resolve("notify").toString(),
            // It is fed every second.
            "WATCHDOG_USEC",
            "3000000",
            "JOURNAL_STREAM",
            "8:1"),
        List.of(
            Program.java(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--config",
            device.config(directory, podmanSocket, callTimeoutSeconds).toString()));
  }

  private void awaitStatus(String start) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertTrue(manager.status().startsWith(start), () -> manager.lines().toString()));
  }

  private void awaitCount(String line, int least) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertTrue(manager.count(line) >= least, () -> manager.lines().toString()));
  }
}
