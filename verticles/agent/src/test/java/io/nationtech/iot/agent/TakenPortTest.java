package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody else has the port that a service needs. */
class TakenPortTest {
  private static final String FOREIGN = "port-test-foreign";

  private final TestLoop device =
      new TestLoop(
          "port-test", new Policy(List.of(), List.of(), false, false), Duration.ofSeconds(1));

  @AfterEach
  void end() {
    device.close();
    Command.attempt("podman", "rm", "-f", "-t", "0", FOREIGN);
  }

  @Test
  void aForeignContainerIsNamedAndLeftAloneAndWhenItGoesTheServiceRuns() throws IOException {
    int port = freePort();
    Command.run(
        "podman",
        "run",
        "-d",
        "--name",
        FOREIGN,
        "-p",
        "127.0.0.1:" + port + ":80",
        Images.HELLO_1);
    var before = inspect(FOREIGN, "{{.Id}} {{.State.StartedAt}}");
    want(port);
    var failed = device.phase("web", Phase.Failed);
    assertEquals("PortInUse", failed.reason());
    assertTrue(
        failed.message().contains(port + "/tcp is taken by container " + FOREIGN),
        failed.message());
    assertEquals(before, inspect(FOREIGN, "{{.Id}} {{.State.StartedAt}}"));
    Command.run("podman", "stop", "-t", "0", FOREIGN);
    device.phase("web", Phase.Running);
  }

  @Test
  void aForeignProgramIsFoundByWhatTheMessageSaysToType() throws IOException {
    try (var taken = new ServerSocket(0)) {
      want(taken.getLocalPort());
      var failed = device.phase("web", Phase.Failed);
      assertEquals("PortInUse", failed.reason());
      assertTrue(
          failed.message().contains("ss -ltnp 'sport = :" + taken.getLocalPort()),
          failed.message());
    }
    device.phase("web", Phase.Running);
  }

  private void want(int port) {
    device.want(
        TestLoop.deployment(
            "web",
            """
            {"name":"web","image":"%s","ports":[{"containerPort":8080,"hostPort":%d}]}"""
                .formatted(Images.HELLO_1, port)));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
