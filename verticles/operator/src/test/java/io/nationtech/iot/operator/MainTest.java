package io.nationtech.iot.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What the command line answers. */
class MainTest {
  @Test
  void helpAndVersionAreNoError() {
    assertEquals(0, Main.run("--help"));
    assertEquals(0, Main.run("--version"));
  }

  @Test
  void aMissingOrUnknownOptionIsUsage() {
    assertEquals(2, Main.run());
    assertEquals(2, Main.run("--what"));
  }

  @Test
  void aPasswordFileThatCannotBeReadIsAnError() {
    assertEquals(
        1,
        Main.run(
            "--cluster=a",
            "--nats-url=nats://127.0.0.1:1",
            "--nats-user=operator",
            "--nats-password-file=/nowhere"));
  }
}
