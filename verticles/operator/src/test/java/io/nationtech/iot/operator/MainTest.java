package io.nationtech.iot.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        List.of(
            "--cluster",
            "--nats-url",
            "--nats-password-file",
            "--allow-mass-removal",
            "--http-port")) {
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
                "--resync-interval-seconds=-1",
                "--http-port=65536"));
    assertEquals(2, wrong.exitCode());
    for (var option :
        List.of(
            "--cluster",
            "--replicas",
            "--heartbeat-interval",
            "--resync-interval",
            "--http-port")) {
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

  @Test
  void theLogIsForAHumanUnlessJsonIsAskedFor() throws JoranException {
    var line = logged("");
    assertTrue(line.endsWith(" INFO  device 'pi-1': on\n"), line);
    var json = logged("json");
    assertTrue(json.startsWith("{") && json.endsWith("}\n"), json);
    assertTrue(json.contains("\"formattedMessage\":\"device 'pi-1': on\""), json);
  }

  /** A line as this program's own configuration writes it; an empty format is none. */
  private static String logged(String format) throws JoranException {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    if (!format.isEmpty()) {
      context.putProperty("IOT_OPERATOR_LOG_FORMAT", format);
    }
    var printed = new ByteArrayOutputStream();
    var out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      var configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(Objects.requireNonNull(Main.class.getResource("/logback.xml")));
      context.getLogger(Main.class).info("device '{}': on", "pi-1");
    } finally {
      context.stop();
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
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
