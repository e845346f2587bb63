package io.nationtech.iot.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What follows from where the configuration lies and whose it is: a command that somebody else
 * types means the same places as the agent does.
 */
record Place(boolean system, int owner) {
  private static final int ROOT = 0;

  static Place of(Path file) {
    return new Place(file.toAbsolutePath().startsWith("/etc"), uid(file));
  }

  static Place here() {
    return new Place(false, uid(Path.of("/proc/self")));
  }

  /** systemd names it to its service; it is the same where nobody names it. */
  String stateDirectory() {
    return Optional.ofNullable(System.getenv("STATE_DIRECTORY"))
        .orElse(
            system
                ? "/var/lib/iot-agent"
                : System.getProperty("user.home") + "/.local/state/iot-agent");
  }

  /** Where the value of a setting comes from that the file does not have. */
  String origin(String key) {
    return key.equals("agent.state_directory") && System.getenv("STATE_DIRECTORY") != null
        ? "environment STATE_DIRECTORY"
        : "default";
  }

  /** As podman's own units have it; root's is the system's, whatever its session says. */
  String podmanSocket() {
    if (owner == ROOT) {
      return "/run/podman/podman.sock";
    }
    var session = System.getenv("XDG_RUNTIME_DIR");
    boolean own = session != null && owner == uid(Path.of("/proc/self"));
    return (own ? session : "/run/user/" + owner) + "/podman/podman.sock";
  }

  private static int uid(Path file) {
    try {
      return (int) Files.getAttribute(file, "unix:uid");
    } catch (IOException e) {
      return ROOT;
    }
  }
}
