package io.nationtech.iot.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program answers, in a process of its own. */
class MainTest {
  @TempDir Path directory = Path.of("");

  @Test
  void helpAndVersionAreNoError() {
    var help = agent("--help");
    assertEquals(0, help.exitCode(), help.output());
    assertTrue(help.output().contains("Usage: iot-agent"), help.output());
    assertTrue(help.output().contains("78"), help.output());
    assertEquals(0, agent("run", "--help").exitCode());
    var version = agent("--version");
    assertEquals(0, version.exitCode());
    assertTrue(version.output().startsWith("iot-agent "), version.output());
  }

  @Test
  void whatIsNoCommandOrOptionIsUsage() {
    assertEquals(2, agent().exitCode());
    assertEquals(2, agent("dance").exitCode());
    assertEquals(2, agent("run", "--fast").exitCode());
    assertEquals(2, agent("run", "--config").exitCode());
  }

  @Test
  void aWrongConfigurationPrintsAllItsProblemsAndExits78() throws IOException {
    var file =
        config(
            """
            colour = "red"
            [nats]
            urls = ["http://nats.example"]
            [identity]
            type = "shared"
            user = "pi-1"
            password = 7
            [agent]
            relist_interval_seconds = 0
            """);
    var answer = agent("run", "--config", file.toString());
    assertEquals(78, answer.exitCode(), answer.output());
    assertEquals(4, answer.output().lines().count(), answer.output());
    for (var key :
        List.of("colour", "nats.urls", "identity.password", "agent.relist_interval_seconds")) {
      assertTrue(answer.output().contains(file + ": " + key + " "), answer.output());
    }
  }

  @Test
  void aConfigurationThatIsNotThereOrNotTomlExits78() throws IOException {
    assertEquals(78, agent("run", "--config", directory.resolve("none").toString()).exitCode());
    var answer = agent("run", "-c", config("password = \"s3cret").toString());
    assertEquals(78, answer.exitCode());
    assertEquals(1, answer.output().lines().count(), answer.output());
    assertFalse(answer.output().contains("s3cret"), answer.output());
  }

  @Test
  void aStateDirectoryThatCannotBeMadeEndsItWithASentence() throws IOException {
    var file =
        config(
            """
            [nats]
            urls = ["nats://127.0.0.1:1"]
            [identity]
            type = "shared"
            user = "pi-1"
            password = "s3cret"
            [agent]
            state_directory = "/dev/null/state"
            """);
    var answer = agent("run", "--config", file.toString());
    assertEquals(1, answer.exitCode(), answer.output());
    assertTrue(answer.output().contains("the agent can't start"), answer.output());
    assertTrue(answer.output().contains("/dev/null/state"), answer.output());
    assertFalse(answer.output().contains("s3cret"), answer.output());
  }

  @Test
  void eachSettingIsShownWithItsOriginAndNoSecret() throws IOException {
    var file =
        config(
            """
            [nats]
            urls = ["nats://127.0.0.1:4222"]
            [identity]
            type = "shared"
            user = "pi-1"
            password = "s3cret"
            [log]
            level = "warn"
            """);
    var answer = agent("config", "show", "--config", file.toString());
    assertEquals(0, answer.exitCode(), answer.output());
    for (var line :
        List.of(
            "SETTING +FROM +VALUE",
            "device +default +pi-1",
            "nats.urls +" + file + " +\\[nats://127.0.0.1:4222]",
            "nats.ca_file +default +\\(none\\)",
            "identity.password +" + file + " +\\(secret\\)",
            "agent.relist_interval_seconds +default +30",
            "policy.privileged +default +false",
            "disk.collect_above_percent +default +80",
            "log.level +" + file + " +warn")) {
      assertTrue(
          answer.output().lines().anyMatch(each -> each.matches(line)), line + answer.output());
    }
    assertFalse(answer.output().contains("s3cret"), answer.output());
  }

  @Test
  void everyCommandHasHelpAndSaysWhatIsWrongWithTheConfiguration() {
    for (var command : List.of("status", "history", "support-bundle")) {
      assertEquals(0, agent(command, "--help").exitCode(), command);
      assertEquals(78, agent(command, "-c", directory + "/none").exitCode(), command);
    }
    var check = agent("check", "-c", directory + "/none");
    assertEquals(1, check.exitCode(), check.output());
    assertTrue(check.output().startsWith("WRONG  configuration"), check.output());
    assertEquals(2, agent("config").exitCode());
  }

  private Path config(String toml) throws IOException {
    var file = Files.writeString(directory.resolve("agent.toml"), toml);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static Command agent(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Program.java(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return Command.attempt(command.toArray(String[]::new));
  }
}
