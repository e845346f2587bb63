package io.nationtech.iot.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line answers. */
class MainTest {
  private static final List<String> GOOD =
      List.of("--cluster=a", "--nats-url=nats://127.0.0.1:1", "--nats-user=operator");

  @TempDir Path directory = Path.of("");

  /** An exit code and all that was printed. */
  private record Answer(int exitCode, String output) {}

  @Test
  void helpNamesEveryOptionAndExitCode() {
    var help = run("--help");
    assertEquals(0, help.exitCode());
    for (var option :
        List.of("--cluster", "--nats-url", "--nats-password-file", "--allow-mass-removal")) {
      assertTrue(help.output().contains(option), help.output());
    }
    assertTrue(help.output().contains("2   usage"), help.output());
    assertFalse(help.output().contains("null"), help.output());
  }

  @Test
  void versionIsNoError() {
    var version = run("--version");
    assertEquals(0, version.exitCode());
    assertTrue(version.output().startsWith("iot-operator "), version.output());
  }

  @Test
  void completionIsForABashAndNeedsNoOptions() {
    var completion = run("generate-completion");
    assertEquals(0, completion.exitCode(), completion.output());
    assertTrue(completion.output().startsWith("#!/usr/bin/env bash"), completion.output());
    assertTrue(completion.output().contains("--nats-password-file"));
  }

  @Test
  void aMissingOrUnknownOptionIsUsage() {
    var missing = run();
    assertEquals(2, missing.exitCode());
    assertTrue(missing.output().contains("--cluster"), missing.output());
    assertEquals(2, run("--what").exitCode());
  }

  @Test
  void allWrongValuesAreNamedTogether() throws IOException {
    var wrong =
        run(
            good(
                "--nats-password-file=" + file("secret"),
                "--cluster=a/b",
                "--replicas=0",
                "--heartbeat-interval-seconds=0",
                "--resync-interval-seconds=-1"));
    assertEquals(2, wrong.exitCode());
    for (var option :
        List.of("--cluster", "--replicas", "--heartbeat-interval", "--resync-interval")) {
      assertTrue(wrong.output().contains(option), wrong.output());
    }
    assertFalse(wrong.output().contains("secret"), wrong.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--replicas=many", "--resync-interval-seconds=", "--nats-url"})
  void aValueThatIsNoneIsUsage(String option) throws IOException {
    assertEquals(2, run(good("--nats-password-file=" + file("secret"), option)).exitCode());
  }

  @Test
  void aFileThatCannotBeReadIsAnError() throws IOException {
    assertEquals(1, run(good("--nats-password-file=/nowhere")).exitCode());
    assertEquals(1, run(good("--nats-password-file=" + directory)).exitCode());
    var certificates =
        run(good("--nats-password-file=" + file("secret"), "--nats-ca-file=/nowhere"));
    assertEquals(1, certificates.exitCode());
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("password"), content);
  }

  private static String[] good(String... more) {
    var all = new ArrayList<>(GOOD);
    // The last one counts.
    for (var option : more) {
      all.removeIf(before -> before.startsWith(option.replaceFirst("=.*", "=")));
      all.add(option);
    }
    return all.toArray(String[]::new);
  }

  private static Answer run(String... arguments) {
    var printed = new ByteArrayOutputStream();
    var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    var out = System.out;
    var err = System.err;
    System.setOut(stream);
    System.setErr(stream);
    try {
      int exitCode = Main.run(arguments);
      return new Answer(exitCode, printed.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
