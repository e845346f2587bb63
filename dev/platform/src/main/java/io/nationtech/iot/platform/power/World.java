package io.nationtech.iot.platform.power;

import io.nationtech.iot.platform.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A machine without its hardware: processes, mounts, a network and a podman of its own, on a disk
 * of its own. What goes on in it ends with it, and it ends with this process. Needs root.
 */
final class World implements AutoCloseable {
  /** Where the disk is, inside. */
  static final String DISK = "/mnt";

  /** podman's socket, inside. */
  static final String SOCKET = "/run/podman.sock";

  /**
   * What is not on the disk is new at every boot. The file system does no more for a file than it
   * is asked for: without noauto_da_alloc, ext4 syncs what is renamed over another file. The first
   * process waits for the end of its input, and leaves it to the kernel to bury the others' dead.
   */
  private static final String BOOT =
      """
      mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev/shm &&
      mount -o loop,discard,noauto_da_alloc "$0" /mnt && ip link set lo up && echo ready &&
      exec env --ignore-signal=CHLD cat
      """;

  private static final List<String> PODMAN =
      List.of(
          "podman",
          "--root=" + DISK + "/storage",
          "--runroot=/run/containers",
          "--tmpdir=/run/libpod",
          "--network-config-dir=" + DISK + "/networks",
          "--runtime-flag=root=/run/oci");

  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private final Path directory;
  private final Set<String> containers = new HashSet<>();
  private @Nullable Process world;
  private @Nullable Disk disk;
  private long init;
  private int boots;

  /** {@code directory}: for its disks and its logs. */
  World(Path directory) {
    this.directory = directory;
    try {
      Files.writeString(directory.resolve("containers.conf"), configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String configuration() {
    var runtime = Files.exists(CGROUPS.resolve("cgroup.controllers")) ? "" : "runtime = \"runc\"";
    return """
    [containers]
    default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
    [network]
    network_backend = "netavark"
    [engine]
    cgroup_manager = "cgroupfs"
    events_logger = "file"
    %s
    """
        .formatted(runtime);
  }

  /** Starts the machine on a disk, which from then on is its own. */
  void boot(Disk disk) {
    try {
      var process =
          new ProcessBuilder(
                  "unshare",
                  "--mount",
                  "--pid",
                  "--net",
                  "--fork",
                  "--kill-child",
                  "--mount-proc",
                  "bash",
                  "-c",
                  BOOT,
                  disk.image().toString())
              .redirectError(appendTo("world.log"))
              .start();
      var said = new BufferedReader(process.inputReader()).readLine();
      if (!"ready".equals(said)) {
        throw new IllegalStateException("the world does not boot: see " + directory);
      }
      this.world = process;
      this.disk = disk;
      this.init = process.children().findFirst().orElseThrow().pid();
      boots++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startPodman();
  }

  /** As systemd does for its socket. */
  void startPodman() {
    try {
      Files.deleteIfExists(outside(SOCKET));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(
        "podman",
        Set.of("-n"),
        Stream.concat(
                PODMAN.stream(), Stream.of("system", "service", "--time=0", "unix://" + SOCKET))
            .toList());
  }

  /** A program in this machine, on the network of the machine around it. */
  ProcessHandle start(String name, List<String> command) {
    return start(name, Set.of(), command);
  }

  private ProcessHandle start(String name, Set<String> namespaces, List<String> command) {
    try {
      var builder = new ProcessBuilder(inside(namespaces, command)).redirectErrorStream(true);
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.redirectOutput(appendTo(name + ".log"));
      builder.environment().put("CONTAINERS_CONF", directory.resolve("containers.conf").toString());
      return builder.start().toHandle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> inside(Set<String> namespaces, List<String> command) {
    var whole = new ArrayList<>(List.of("nsenter", "-t", Long.toString(init), "-m", "-p"));
    whole.addAll(namespaces);
    whole.addAll(command);
    return whole;
  }

  /** What podman says, over its socket. */
  Command podman(String... arguments) {
    return Command.attempt(
        Stream.concat(
                Stream.of("podman", "--url", "unix://" + outside(SOCKET)), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** Runs podman itself in this machine, without its service. */
  String podmanItself(String... arguments) {
    var command = Stream.concat(PODMAN.stream(), Stream.of(arguments)).toList();
    var conf = "CONTAINERS_CONF=" + directory.resolve("containers.conf");
    var whole = Stream.concat(Stream.of("env", conf), command.stream()).toList();
    return Command.run(inside(Set.of("-n"), whole).toArray(String[]::new));
  }

  /** A path in this machine as others see it. */
  Path outside(String path) {
    return Path.of("/proc/" + init + "/root" + path);
  }

  /** All processes at once, except the machine's first. */
  void killAll() {
    remember();
    Command.attempt(inside(Set.of(), List.of("bash", "-c", "kill -9 -1")).toArray(String[]::new));
  }

  /** Takes the power away, and gives the disk as it is found afterwards. */
  Disk cutPower() {
    Disk.freeze(outside(DISK));
    remember();
    var left = disk().copy(directory.resolve("disk-" + boots + ".img"));
    end();
    return left;
  }

  /** Everything on the disk is safe from now on, as if it had been there for long. */
  void sync() {
    Command.run("sync", "-f", outside(DISK).toString());
  }

  private Disk disk() {
    if (disk == null) {
      throw new IllegalStateException("no world was booted");
    }
    return disk;
  }

  /** The cgroups of containers are the only thing that outlives them. */
  private void remember() {
    try (var listed = Files.list(outside(DISK).resolve("storage/overlay-containers"))) {
      listed.map(path -> path.getFileName().toString()).forEach(containers::add);
    } catch (IOException e) {
      // podman has not made any yet.
    }
  }

  private void end() {
    var ending = world;
    if (ending == null) {
      return;
    }
    ProcessHandle.of(init).ifPresent(ProcessHandle::destroyForcibly);
    ending.onExit().join();
    world = null;
    disk().delete();
    removeCgroups();
  }

  private void removeCgroups() {
    try (var hierarchies = Files.list(CGROUPS)) {
      var parents = Stream.concat(hierarchies, Stream.of(CGROUPS)).toList();
      for (var parent : parents) {
        for (var id : containers) {
          for (var name : List.of("libpod-" + id, "libpod-conmon-" + id)) {
            // A directory that is not there, or in use by another hierarchy's view, is no matter.
            boolean gone = parent.resolve("libpod_parent").resolve(name).toFile().delete();
            assert gone || true;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProcessBuilder.Redirect appendTo(String log) {
    return ProcessBuilder.Redirect.appendTo(directory.resolve(log).toFile());
  }

  @Override
  public void close() {
    if (world != null) {
      remember();
    }
    end();
  }
}
