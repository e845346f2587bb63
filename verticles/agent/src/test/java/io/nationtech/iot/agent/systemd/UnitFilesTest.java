package io.nationtech.iot.agent.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The units, as systemd's own tools read them. */
class UnitFilesTest {
  private static final Path UNITS = Path.of("systemd");

  /** systemd before 254 does not know them, and says so. */
  private static final Pattern NEWER =
      Pattern.compile(".*Unknown key (name )?'(RestartSteps|RestartMaxDelaySec)'.*");

  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource({"user,user", "system,system"})
  void systemdFindsNothingWrongWithThem(String kind, String manager) throws IOException {
    var answer = analyze("verify", "--" + manager, unit(kind).toString());
    assertEquals(0, answer.exitCode(), answer.output());
    assertEquals(
        List.of(), answer.output().lines().filter(line -> !NEWER.matcher(line).matches()).toList());
  }

  /** Tenths: 0 is no access to anything, 100 no restriction at all. */
  @ParameterizedTest
  @CsvSource({"user,70", "system,20"})
  void theyAreExposedNoMoreThanThis(String kind, String most) throws IOException {
    var answer =
        analyze(
            "security",
            "--" + kind,
            "--offline=true",
            "--threshold=" + most,
            "--no-pager",
            unit(kind).toString());
    assertEquals(0, answer.exitCode(), answer.output());
  }

  @ParameterizedTest
  @CsvSource({"user", "system"})
  void theAgentIsWaitedForWatchedAndStartedAgainAndItsContainersAreLeftAlone(String kind)
      throws IOException {
    var lines = Files.readAllLines(UNITS.resolve(kind).resolve("iot-agent.service"));
    for (var line :
        List.of(
            "Type=notify",
            "WatchdogSec=2min",
            "Restart=always",
            "StartLimitIntervalSec=0",
            "KillMode=process")) {
      assertTrue(lines.contains(line), line);
    }
  }

  @Test
  void theLauncherSaysWhatIsMissing() throws IOException {
    var launcher = Files.copy(UNITS.resolve("iot-agent"), directory.resolve("iot-agent"));
    var answer = Command.attempt("sh", launcher.toString(), "status");
    assertEquals(1, answer.exitCode());
    assertTrue(answer.output().contains("there is no iot-agent.jar in"), answer.output());
  }

  /** With a program that is here in place of the agent's. */
  private Path unit(String kind) throws IOException {
    var text = Files.readString(UNITS.resolve(kind).resolve("iot-agent.service"));
    var here = text.replaceFirst("(?m)^ExecStart=\\S+", "ExecStart=/bin/true");
    return Files.writeString(directory.resolve("iot-agent.service"), here);
  }

  private Command analyze(String... arguments) {
    var command = new java.util.ArrayList<>(List.of("env", "XDG_RUNTIME_DIR=" + directory));
    command.add("systemd-analyze");
    command.addAll(List.of(arguments));
    return Command.attempt(command.toArray(String[]::new));
  }
}
