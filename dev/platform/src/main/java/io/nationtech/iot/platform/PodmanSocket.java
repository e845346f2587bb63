package io.nationtech.iot.platform;

import java.nio.file.Path;
import java.util.Optional;

/**
 * podman's service, started by dev/lib.sh for whoever runs tests or the demo; dev/matrix puts
 * another one under test, while servers stay on the first.
 */
public final class PodmanSocket {
  private PodmanSocket() {}

  /** The path of its Unix socket. */
  public static String path() {
    var host =
        Optional.ofNullable(System.getenv("PODMAN_UNDER_TEST"))
            .or(() -> Optional.ofNullable(System.getenv("DOCKER_HOST")))
            .orElse("");
    if (!host.startsWith("unix://")) {
      throw new IllegalStateException("no podman service: run this through dev/test");
    }
    return host.substring("unix://".length());
  }

  public static boolean isRootless() {
    return info("{{.Host.Security.Rootless}}").equals("true");
  }

  /** Whether a container's use of memory, processors and processes can be limited. */
  public static boolean canLimit() {
    return !isRootless() || info("{{.Host.CgroupsVersion}}").equals("v2");
  }

  private static String info(String template) {
    return Command.run("podman", "info", "--format", template).strip();
  }

  /** Where its user keeps the certificates of authorities that it believes for a registry. */
  public static Path certificates(String registry) {
    var home =
        Optional.ofNullable(System.getenv("PODMAN_UNDER_TEST_HOME"))
            .orElse(System.getProperty("user.home"));
    return Path.of(home, ".config/containers/certs.d", registry);
  }
}
