package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Containers for podman. Only the fields below are honoured; any other makes the score an {@link
 * UnsupportedScore}, since ignoring a field could drop a restriction. Absent values stay absent:
 * the agent applies the defaults.
 */
public record PodmanV0(JsonNode json, List<Service> services, List<Registry> registries)
    implements Score {
  public static final String TYPE = "PodmanV0";

  /** The login that is meant for an image, by the host its name begins with. */
  public Optional<Registry> registry(String image) {
    return registries.stream().filter(one -> image.startsWith(one.host() + "/")).findFirst();
  }

  /** When an image is pulled. */
  public enum PullPolicy {
    Always,
    IfNotPresent,
    Never
  }

  /** When podman starts a container again by itself. */
  public enum RestartPolicy {
    Always,
    OnFailure,
    Never
  }

  /** Which network a container is in. */
  public enum Network {
    bridge,
    host,
    none
  }

  /** Transport of a published port. */
  public enum Protocol {
    TCP,
    UDP,
    SCTP
  }

  /** How far another service must have come. */
  public enum Condition {
    Started,
    Healthy,
    Completed
  }

  /**
   * One container.
   *
   * @param spec this service's JSON as received, keys sorted: what changes are compared by
   */
  public record Service(
      String name,
      String spec,
      String image,
      Optional<PullPolicy> pullPolicy,
      Process process,
      List<Secret> secrets,
      Networking networking,
      Storage storage,
      Confinement confinement,
      Optional<RestartPolicy> restartPolicy,
      Optional<Healthcheck> healthcheck,
      List<Dependency> dependsOn,
      Map<String, String> labels) {}

  /**
   * What is run.
   *
   * @param command the entry point, as in Kubernetes
   * @param user and maybe its group after a colon, names or numbers
   */
  public record Process(
      Optional<List<String>> command,
      Optional<List<String>> args,
      List<Env> env,
      Optional<String> user,
      Optional<String> workingDir,
      Optional<Integer> stopTimeoutSeconds) {}

  /**
   * One key of one secret, given as exactly one of a variable and a file.
   *
   * @param path relative to the deployment's own place
   */
  public record Secret(
      String name, String path, String key, Optional<String> env, Optional<String> file) {}

  /** A registry that wants a login, and the secret that holds it. */
  public record Registry(String host, String path, String usernameKey, String passwordKey) {}

  /** How a container is reached, and whom it knows. */
  public record Networking(
      Optional<Network> network, List<Port> ports, List<ExtraHost> extraHosts) {}

  /** What a container sees of this machine's storage and devices, and files of its own. */
  public record Storage(List<Volume> volumes, List<File> files, List<Device> devices) {}

  /** What a container may do and use. */
  public record Confinement(
      boolean privileged,
      boolean readOnlyRootFilesystem,
      Capabilities capabilities,
      Resources resources) {}

  /** A command in the container that ends with 0 where the service is healthy. */
  public record Healthcheck(
      List<String> command,
      Optional<Integer> periodSeconds,
      Optional<Integer> timeoutSeconds,
      Optional<Integer> failureThreshold,
      Optional<Integer> startPeriodSeconds) {}

  /** Another service of the deployment that has to have come so far before this one is started. */
  public record Dependency(String service, Condition condition) {}

  /** One environment variable. */
  public record Env(String name, String value) {}

  /** One published port; a port without {@code hostPort} is not reachable from outside. */
  public record Port(
      int containerPort,
      Optional<Integer> hostPort,
      Optional<String> hostIP,
      Optional<Protocol> protocol) {}

  /** A name that the container finds at {@code ip} without any DNS. */
  public record ExtraHost(String name, String ip) {}

  /** A named volume, or a path of the host: exactly one of {@code name} and {@code hostPath}. */
  public record Volume(
      Optional<String> name, Optional<String> hostPath, String mountPath, boolean readOnly) {}

  /** A small file that is put into the container; {@code mode} as in 0644, which is the default. */
  public record File(String path, String content, Optional<Integer> mode) {}

  /**
   * A device of this machine.
   *
   * @param permissions of r, w and m
   */
  public record Device(
      String hostPath, Optional<String> containerPath, Optional<String> permissions) {}

  /** Linux capabilities, without their prefix {@code CAP_}; ALL is one of them. */
  public record Capabilities(List<String> add, List<String> drop) {}

  /**
   * The most that a container may use.
   *
   * @param memory in bytes
   * @param cpus in thousandths of a core
   * @param pids processes and threads
   */
  public record Resources(Optional<Long> memory, Optional<Long> cpus, Optional<Integer> pids) {}

  /**
   * What changed from the JSON an older container was made from to this service, in words: an image
   * by both names, any other field by its name.
   */
  public static String difference(String olderSpec, Service service) {
    try {
      var older = CanonicalJson.parse(olderSpec);
      var newer = CanonicalJson.parse(service.spec());
      if (!older.path("image").equals(newer.path("image"))) {
        return "image changed from " + older.path("image").asText() + " to " + service.image();
      }
      var changed = new TreeSet<String>();
      older.fieldNames().forEachRemaining(changed::add);
      newer.fieldNames().forEachRemaining(changed::add);
      changed.removeIf(field -> older.path(field).equals(newer.path(field)));
      return String.join(", ", changed) + " changed";
    } catch (MalformedDocumentException e) {
      return "its label is damaged";
    }
  }

  /** Reads back the JSON a container was made from; empty where its label is damaged. */
  public static Optional<Service> service(String spec) {
    try {
      return Optional.of(ServiceReader.read(Fields.of("", CanonicalJson.parse(spec))));
    } catch (MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  static Score decode(JsonNode json) throws MalformedDocumentException {
    var score = Fields.of("score", json);
    score.text("type");
    var read =
        score.below(
            "data",
            data ->
                new PodmanV0(
                    json,
                    data.list("services", ServiceReader::read),
                    data.list("registries", SecretReader::registry)));
    var services = read.services();
    var unknown = score.unknown();
    if (!unknown.isEmpty()) {
      return new UnsupportedScore(
          json, "FieldNotSupported", UnsupportedScore.notSupported(unknown));
    }
    if (services.isEmpty()) {
      throw new MalformedDocumentException("score.data.services is missing or empty");
    }
    var names = new HashSet<String>();
    for (var service : services) {
      if (!names.add(service.name())) {
        throw new MalformedDocumentException(
            "score.data.services has '" + service.name() + "' twice");
      }
    }
    Dependencies.check(services);
    return read;
  }
}
