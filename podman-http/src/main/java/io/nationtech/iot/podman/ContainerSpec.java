package io.nationtech.iot.podman;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How a container is made; what is not said here is left to the image or to podman. */
public final class ContainerSpec {
  /** Of which podman counts a container's share of the processors, in microseconds. */
  private static final long PERIOD = 100_000;

  private final JsonObject json;

  private ContainerSpec(JsonObject json) {
    this.json = json;
  }

  /** A container in the machine's default network that podman never starts again by itself. */
  public static ContainerSpec of(String name, String image) {
    return new ContainerSpec(new JsonObject().put("name", name).put("image", image))
        .restart(Restart.NO)
        .network(Network.BRIDGE);
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
    /**
     * podman's own word for the machine's default network: a bridge for root, slirp4netns or pasta
     * rootless.
     */
    BRIDGE(""),
    HOST("host"),
    NONE("none");

    private final String word;

    Network(String word) {
      this.word = word;
    }
  }

  /** A published port; {@code hostIp} empty means all addresses. */
  public record Port(int containerPort, int hostPort, String hostIp, String protocol) {
    private JsonObject json() {
      return new JsonObject()
          .put("container_port", containerPort)
          .put("host_port", hostPort)
          .put("host_ip", hostIp)
          .put("protocol", protocol);
    }
  }

  /** A named volume or a directory of the host, by whether {@code source} is a path. */
  public record Mount(String source, String destination, boolean readOnly) {
    private boolean isVolume() {
      return !source.startsWith("/");
    }

    private JsonObject volume() {
      return new JsonObject()
          .put("Name", source)
          .put("Dest", destination)
          .put("Options", new JsonArray(readOnly ? List.of("ro") : List.of()));
    }

    private JsonObject bind() {
      return new JsonObject()
          .put("type", "bind")
          .put("source", source)
          .put("destination", destination)
          .put("options", new JsonArray(List.of("rbind", readOnly ? "ro" : "rw")));
    }
  }

  /** A device of the host, without a colon in its paths; {@code permissions} of r, w and m. */
  public record Device(String source, String destination, String permissions) {}

  /** Replaces the image's entry point. */
  public ContainerSpec entrypoint(List<String> words) {
    return with("entrypoint", new JsonArray(List.copyOf(words)));
  }

  /** Replaces the image's command. */
  public ContainerSpec arguments(List<String> words) {
    return with("command", new JsonArray(List.copyOf(words)));
  }

  public ContainerSpec environment(Map<String, String> variables) {
    return with("env", map(variables));
  }

  /** Variables that hold a secret of podman's, by its name; it is read at each start. */
  public ContainerSpec secretVariables(Map<String, String> secrets) {
    return with("secret_env", map(secrets));
  }

  /**
   * A file that holds a secret of podman's; it is read when the container is made.
   *
   * @param user the number of its owner
   */
  public record SecretFile(String secret, String path, long user, int mode) {
    private JsonObject json() {
      return new JsonObject()
          .put("Source", secret)
          .put("Target", path)
          .put("UID", user)
          .put("GID", 0)
          .put("Mode", mode);
    }
  }

  public ContainerSpec secretFiles(List<SecretFile> files) {
    return with("secrets", new JsonArray(files.stream().map(SecretFile::json).toList()));
  }

  public ContainerSpec labels(Map<String, String> labels) {
    return with("labels", map(labels));
  }

  /** Names or numbers, {@code user} or {@code user:group}. */
  public ContainerSpec user(String user) {
    return with("user", user);
  }

  public ContainerSpec workingDirectory(String path) {
    return with("work_dir", path);
  }

  public ContainerSpec ports(List<Port> ports) {
    return with("portmappings", new JsonArray(ports.stream().map(Port::json).toList()));
  }

  public ContainerSpec mounts(List<Mount> mounts) {
    var volumes = mounts.stream().filter(Mount::isVolume).map(Mount::volume).toList();
    var binds = mounts.stream().filter(mount -> !mount.isVolume()).map(Mount::bind).toList();
    return with("volumes", new JsonArray(volumes)).with("mounts", new JsonArray(binds));
  }

  public ContainerSpec devices(List<Device> devices) {
    var paths =
        devices.stream()
            .map(each -> each.source() + ":" + each.destination() + ":" + each.permissions())
            .map(path -> new JsonObject().put("path", path))
            .toList();
    return with("devices", new JsonArray(paths));
  }

  /** Names with the addresses they stand for. */
  public ContainerSpec hosts(Map<String, String> hosts) {
    var lines = hosts.entrySet().stream().map(host -> host.getKey() + ":" + host.getValue());
    return with("hostadd", new JsonArray(lines.toList()));
  }

  public ContainerSpec restart(Restart restart) {
    return with("restart_policy", restart.word);
  }

  public ContainerSpec network(Network network) {
    return with("netns", new JsonObject().put("nsmode", network.word));
  }

  /** A network made before, in which the container is found by {@code alias} too. */
  public ContainerSpec network(String name, String alias) {
    var options = new JsonObject().put("aliases", new JsonArray().add(alias));
    return with("netns", new JsonObject().put("nsmode", "bridge"))
        .with("networks", new JsonObject().put(name, options));
  }

  public ContainerSpec privileged(boolean privileged) {
    return with("privileged", privileged);
  }

  public ContainerSpec capabilities(List<String> added, List<String> dropped) {
    return with("cap_add", new JsonArray(List.copyOf(added)))
        .with("cap_drop", new JsonArray(List.copyOf(dropped)));
  }

  /** Nothing of the container's own file system can be written, /tmp and /run included. */
  public ContainerSpec readOnly(boolean readOnly) {
    return with("read_only_filesystem", readOnly).with("read_write_tmpfs", false);
  }

  /** The most memory, in bytes. */
  public ContainerSpec memory(long bytes) {
    return limit("memory", new JsonObject().put("limit", bytes));
  }

  /** The most processor time, in thousandths of a core. */
  public ContainerSpec cpus(long thousandths) {
    var quota = thousandths * PERIOD / 1000;
    return limit("cpu", new JsonObject().put("quota", quota).put("period", PERIOD));
  }

  /** The most processes and threads. */
  public ContainerSpec processes(int most) {
    return limit("pids", new JsonObject().put("limit", most));
  }

  /**
   * How podman tells whether the container is healthy, each time it is told to look; it looks by
   * itself never, since that takes systemd.
   *
   * @param failures how many in a row make it unhealthy
   * @param startPeriod in which failures do not count
   */
  public ContainerSpec healthcheck(
      List<String> command, Duration timeout, int failures, Duration startPeriod) {
    var test = new JsonArray().add("CMD");
    command.forEach(test::add);
    return with(
            "healthconfig",
            new JsonObject()
                .put("Test", test)
                .put("Interval", 0)
                .put("Timeout", timeout.toNanos())
                .put("Retries", failures)
                .put("StartPeriod", startPeriod.toNanos()))
        // podman 5.3 and newer keep no log, or one without end, where these are not said.
        .with("healthLogDestination", "local")
        .with("healthMaxLogCount", 5)
        .with("healthMaxLogSize", 500);
  }

  /** How long podman itself waits at a stop before it kills. */
  public ContainerSpec stopTimeout(int seconds) {
    return with("stop_timeout", seconds);
  }

  JsonObject json() {
    return json;
  }

  private ContainerSpec limit(String resource, JsonObject limit) {
    var limits = json.getJsonObject("resource_limits", new JsonObject());
    return with("resource_limits", limits.put(resource, limit));
  }

  private ContainerSpec with(String field, Object value) {
    return new ContainerSpec(json.copy().put(field, value));
  }

  private static JsonObject map(Map<String, String> entries) {
    return new JsonObject(Map.copyOf(entries));
  }
}
