package io.nationtech.iot.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A Debian whose process 1 is systemd, with a podman of its own, in a container on this machine's
 * network. What is written in it is gone with it.
 */
final class SystemdMachine implements AutoCloseable {
  private static final Path DEBIAN = Images.root().resolve(".cache/debian-13");
  private static final boolean OLD_CGROUPS =
      !Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));

  private final String name;

  /** {@code directory}: shared with it, under the same name. */
  SystemdMachine(String name, Path directory) {
    Assumptions.assumeTrue(Files.exists(DEBIAN), "no Debian to test in: run dev/debian as root");
    this.name = name;
    var image = directory.resolve("hello.tar").toString();
    Command.run("podman", "save", "-q", "-o", image, Images.HELLO_1);
    var run = new ArrayList<>(List.of("podman", "run", "-d", "--name", name, "--privileged"));
    run.addAll(List.of("--systemd=always", "--network=host", "--tmpfs=/tmp", "-v", "/home"));
    // On cgroup v1 a container in it would look for its cgroup where it is outside.
    run.add("--cgroupns=private");
    run.addAll(List.of("-v", System.getProperty("java.home") + ":/opt/java:ro"));
    run.addAll(List.of("-v", Images.root() + ":/src:ro", "-v", directory + ":" + directory));
    run.addAll(List.of("-v", Programs.jar("agent") + ":/iot-agent.jar:ro"));
    run.addAll(List.of("--rootfs", DEBIAN + ":O", "/sbin/init"));
    Command.run(run.toArray(String[]::new));
    if (OLD_CGROUPS) {
      SecretFile.write(
          directory.resolve("containers.conf"),
          """
          [containers]
          default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
          [engine]
          runtime = "runc"
          cgroup_manager = "cgroupfs"
          """);
      sh("install -D -m 644 %s/containers.conf /etc/containers/containers.conf", directory);
    }
    sh("install -m 644 %s /hello.tar", image);
    Plant.eventually(
        "systemd", () -> ask("systemctl is-active multi-user.target").equals("active"));
  }

  /** A user with a podman and the test's image, whose services run without a session. */
  void user(String user) {
    sh("id -u %s || useradd --create-home %s; loginctl enable-linger %s", user, user, user);
    Plant.eventually(
        "the user's systemd",
        () -> ask("systemctl --user -M %s@ is-active default.target", user).equals("active"));
    sh("systemctl --user -M %s@ enable --now podman.socket", user);
    as(user, "podman load -q -i /hello.tar");
  }

  /** What the command prints; it must exit 0. */
  String sh(String command, Object... values) {
    var answer = attempt(command.formatted(values));
    assertEquals(0, answer.exitCode(), () -> command + ": " + answer.output());
    return answer.output().strip();
  }

  /** The same, as a user in a session of its own. */
  String as(String user, String command, Object... values) {
    var session =
        "cd; export XDG_RUNTIME_DIR=/run/user/$(id -u) PODMAN_IGNORE_CGROUPSV1_WARNING=1; ";
    return sh(
        "runuser -u %s -- sh -c '%s'",
        user, "HOME=~" + user + "; " + session + command.formatted(values));
  }

  /** What the command prints, whatever its exit code. */
  String ask(String command, Object... values) {
    return attempt(command.formatted(values)).output().strip();
  }

  private Command attempt(String command) {
    return Command.attempt("podman", "exec", name, "sh", "-c", command);
  }

  @Override
  public void close() {
    Command.run("podman", "rm", "-f", "-v", "-t", "0", name);
  }
}
