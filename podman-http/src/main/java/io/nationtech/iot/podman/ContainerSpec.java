package io.nationtech.iot.podman;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a container is made. Absent values leave the choice to the image or to podman.
 *
 * @param entrypoint replaces the image's entry point
 * @param arguments replaces the image's command
 * @param stopTimeoutSeconds how long podman itself waits at a stop before it kills
 */
public record ContainerSpec(
    String name,
    String image,
    Optional<List<String>> entrypoint,
    Optional<List<String>> arguments,
    Map<String, String> environment,
    Map<String, String> labels,
    List<Port> ports,
    List<Mount> mounts,
    Restart restart,
    Network network,
    boolean privileged,
    Optional<Integer> stopTimeoutSeconds) {

  /** A spec with nothing but its name and image. */
  public static ContainerSpec of(String name, String image) {
    return new ContainerSpec(
        name,
        image,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        Restart.NO,
        Network.BRIDGE,
        false,
        Optional.empty());
  }

  /** When podman starts the container again by itself. */
  public enum Restart {
    NO("no"),
    ON_FAILURE("on-failure"),
    ALWAYS("always");

    private final String word;

    Restart(String word) {
      this.word = word;
    }
  }

  /** Which network the container is in. */
  public enum Network {
    BRIDGE,
    HOST,
    NONE
  }

  /** A published port; {@code hostIp} empty means all addresses. */
  public record Port(int containerPort, int hostPort, String hostIp, String protocol) {}

  /** A named volume or a directory of the host, by whether {@code source} is a path. */
  public record Mount(String source, String destination, boolean readOnly) {
    boolean isVolume() {
      return !source.startsWith("/");
    }
  }

  JsonObject json() {
    var json =
        new JsonObject()
            .put("name", name)
            .put("image", image)
            .put("env", map(environment))
            .put("labels", map(labels))
            .put("restart_policy", restart.word)
            .put("privileged", privileged)
            .put("netns", new JsonObject().put("nsmode", nsmode()));
    entrypoint.ifPresent(words -> json.put("entrypoint", new JsonArray(List.copyOf(words))));
    arguments.ifPresent(words -> json.put("command", new JsonArray(List.copyOf(words))));
    stopTimeoutSeconds.ifPresent(seconds -> json.put("stop_timeout", seconds));
    var portMappings = new JsonArray();
    ports.forEach(port -> portMappings.add(json(port)));
    var volumes = new JsonArray();
    mounts.stream().filter(Mount::isVolume).forEach(mount -> volumes.add(volume(mount)));
    var binds = new JsonArray();
    mounts.stream().filter(mount -> !mount.isVolume()).forEach(mount -> binds.add(bind(mount)));
    return json.put("portmappings", portMappings).put("volumes", volumes).put("mounts", binds);
  }

  /**
   * podman's own word for the machine's default network: a bridge for root, slirp4netns or pasta
   * rootless.
   */
  private String nsmode() {
    return switch (network) {
      case BRIDGE -> "";
      case HOST -> "host";
      case NONE -> "none";
    };
  }

  private static JsonObject json(Port port) {
    return new JsonObject()
        .put("container_port", port.containerPort())
        .put("host_port", port.hostPort())
        .put("host_ip", port.hostIp())
        .put("protocol", port.protocol());
  }

  private static JsonObject volume(Mount mount) {
    return new JsonObject()
        .put("Name", mount.source())
        .put("Dest", mount.destination())
        .put("Options", new JsonArray(mount.readOnly() ? List.of("ro") : List.of()));
  }

  private static JsonObject bind(Mount mount) {
    return new JsonObject()
        .put("type", "bind")
        .put("source", mount.source())
        .put("destination", mount.destination())
        .put("options", new JsonArray(List.of("rbind", mount.readOnly() ? "ro" : "rw")));
  }

  private static JsonObject map(Map<String, String> entries) {
    var json = new JsonObject();
    entries.forEach(json::put);
    return json;
  }
}
