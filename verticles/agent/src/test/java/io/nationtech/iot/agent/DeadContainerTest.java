package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What podman takes for running after everything of it was killed at once. */
class DeadContainerTest {
  private TestDevice device;

  @BeforeEach
  void start() {
    device = new TestDevice("dead-test");
    device.startAgent();
  }

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void aContainerThatWasKilledWithItsMonitorIsMadeAnewThoughPodmanCallsItRunning() {
    device.want(deployment("dead", Images.HELLO_1, ""));
    var killed = device.running("dead");
    var processes = inspect(killed, "{{.State.ConmonPid}} {{.State.Pid}}");
    Command.run("bash", "-c", "kill -9 " + processes);
    assertEquals("running", inspect(killed, "{{.State.Status}}"));
    var anew =
        eventually(
            "another container",
            () -> Optional.of(device.running("dead")).filter(id -> !id.equals(killed)));
    assertEquals("true", inspect(anew, "{{.State.Running}}"));
    assertFalse(exists(killed));
  }
}
