package io.nationtech.iot.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A podman of its own, storage and all, below one directory: it may be damaged, filled and killed.
 * Root only; its containers have no network.
 */
public final class PrivatePodman implements AutoCloseable {
  private final Path directory;
  private final Path storage;
  private final Program service;

  private PrivatePodman(Path directory, Path storage) {
    this.directory = directory;
    this.storage = storage;
    this.service =
        new Program(
            directory,
            "podman",
            environment(),
            command("system", "service", "--time=0", "unix://" + socket()));
  }

  /** {@code storage}: where the images go; all else lies in {@code directory}. */
  public static PrivatePodman start(Path directory, Path storage) {
    var podman = new PrivatePodman(directory, storage);
    try {
      Files.writeString(podman.configuration(), configured());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    podman.startAgain();
    return podman;
  }

  /** The locks of containers in files: in shared memory they would be those of the machine's. */
  private static String configured() throws IOException {
    var given = System.getenv("CONTAINERS_CONF");
    var base = given == null ? "[engine]\n" : Files.readString(Path.of(given));
    return base.replaceFirst("\\[engine]", "[engine]\nlock_type = \"file\"");
  }

  private Path configuration() {
    return directory.resolve("containers.conf");
  }

  private Map<String, String> environment() {
    return Map.of("CONTAINERS_CONF", configuration().toString());
  }

  public String socket() {
    return directory.resolve("podman.sock").toString();
  }

  /** {@code graphRoot}: layers, images, volumes. */
  public Path storage() {
    return storage;
  }

  /** What a person would type, of this podman. */
  public String run(String... words) {
    var result = attempt(words);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(List.of(words) + ": " + result.output());
    }
    return result.output();
  }

  public Command attempt(String... words) {
    return Command.attempt(environment(), command(words).toArray(String[]::new));
  }

  private List<String> command(String... words) {
    var command =
        new ArrayList<>(
            List.of(
                "podman",
                "--root=" + storage,
                "--runroot=" + directory.resolve("run"),
                "--tmpdir=" + directory.resolve("tmp"),
                "--network-config-dir=" + directory.resolve("networks")));
    command.addAll(List.of(words));
    return command;
  }

  /** The service alone: containers run on. */
  public void stop() {
    service.terminate();
  }

  public void startAgain() {
    try {
      Files.deleteIfExists(Path.of(socket()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    service.start();
  }

  @Override
  public void close() {
    service.kill();
    attempt("rm", "-fa", "-t", "0");
    awaitCleanUp();
    for (var mount : mounts()) {
      Command.attempt("umount", "-l", mount);
    }
  }

  /** Whoever watched a container cleans up after it, in its own time. */
  private void awaitCleanUp() {
    ProcessHandle.allProcesses()
        .filter(
            each ->
                each.info()
                    .commandLine()
                    .filter(line -> line.contains(storage.toString()))
                    .isPresent())
        .forEach(
            each -> each.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(e -> each).join());
  }

  private List<String> mounts() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/mounts"))) {
      return lines
          .map(line -> line.split(" ", -1)[1])
          .filter(
              at -> at.startsWith(storage + "/") || at.startsWith(directory.resolve("run") + "/"))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
