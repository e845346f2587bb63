package io.nationtech.iot.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A program that was run to its end: its exit code and all it printed. */
public record Command(int exitCode, String output) {
  /** Runs and fails with what the program printed where it exits other than 0. */
  public static String run(String... command) {
    var result = attempt(command);
    if (result.exitCode != 0) {
      throw new IllegalStateException(List.of(command) + ": " + result.output);
    }
    return result.output;
  }

  /** Runs, whatever the exit code. */
  public static Command attempt(String... command) {
    return attempt(Map.of(), command);
  }

  /** Runs with more in the environment: where a secret goes that no argument list may show. */
  public static Command attempt(Map<String, String> environment, String... command) {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      var process = builder.start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Command(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
