package io.nationtech.iot.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A program of the platform in a process of its own; its output goes to a file. */
public final class Program {
  private final Path directory;
  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private @Nullable Process process;

  /** {@code directory}: where its output and its process id go. */
  public Program(
      Path directory, String name, Map<String, String> environment, List<String> command) {
    this.directory = directory;
    this.name = name;
    this.environment = environment;
    // A session of its own: Ctrl-C in the terminal that started it does not reach it.
    this.command = new ArrayList<>(List.of("setsid"));
    this.command.addAll(command);
  }

  public void start() {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
      builder.environment().putAll(environment);
      process = builder.start();
      Files.writeString(directory.resolve(name + ".pid"), process.pid() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** kill -9, and wait until it is gone. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  /** Asks it to end, as systemd does, waits until it is gone, and gives its exit code. */
  public int terminate() {
    var asked = Objects.requireNonNull(process, name);
    asked.destroy();
    return asked.onExit().join().exitValue();
  }

  public long pid() {
    return Objects.requireNonNull(process, name).pid();
  }

  /** How often {@code text} stands in the output so far. */
  public long count(String text) {
    try (var lines = Files.lines(log())) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path log() {
    return directory.resolve(name + ".log");
  }

  /** The java that this process runs on. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
