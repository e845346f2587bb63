package io.nationtech.iot.platform;

/** podman's service, started by dev/lib.sh for whoever runs tests or the demo. */
public final class PodmanSocket {
  private PodmanSocket() {}

  /** The path of its Unix socket. */
  public static String path() {
    var host = System.getenv("DOCKER_HOST");
    if (host == null || !host.startsWith("unix://")) {
      throw new IllegalStateException("no podman service: run this through dev/test");
    }
    return host.substring("unix://".length());
  }
}
