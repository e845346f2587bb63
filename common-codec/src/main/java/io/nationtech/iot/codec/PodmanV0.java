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
public record PodmanV0(JsonNode json, List<Service> services) implements Score {
  public static final String TYPE = "PodmanV0";

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

  /**
   * One container.
   *
   * @param spec this service's JSON as received, keys sorted: what changes are compared by
   * @param command the entry point, as in Kubernetes
   */
  public record Service(
      String name,
      String spec,
      String image,
      Optional<PullPolicy> pullPolicy,
      Optional<List<String>> command,
      Optional<List<String>> args,
      List<Env> env,
      List<Port> ports,
      List<Volume> volumes,
      Optional<RestartPolicy> restartPolicy,
      Optional<Network> network,
      boolean privileged,
      Optional<Integer> stopTimeoutSeconds,
      Map<String, String> labels) {}

  /** One environment variable. */
  public record Env(String name, String value) {}

  /** One published port; a port without {@code hostPort} is not reachable from outside. */
  public record Port(
      int containerPort,
      Optional<Integer> hostPort,
      Optional<String> hostIP,
      Optional<Protocol> protocol) {}

  /** A named volume, or a path of the host: exactly one of {@code name} and {@code hostPath}. */
  public record Volume(
      Optional<String> name, Optional<String> hostPath, String mountPath, boolean readOnly) {}

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
      return Optional.of(service(Fields.of("", CanonicalJson.parse(spec))));
    } catch (MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  static Score decode(JsonNode json) throws MalformedDocumentException {
    var score = Fields.of("score", json);
    score.text("type");
    var services = score.below("data", data -> data.list("services", PodmanV0::service));
    var unknown = score.unknown();
    if (!unknown.isEmpty()) {
      return new UnsupportedScore(json, "FieldNotSupported", notSupported(unknown));
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
    return new PodmanV0(json, services);
  }

  private static String notSupported(List<String> fields) {
    var named = String.join(", ", fields.subList(0, Math.min(5, fields.size())));
    return named
        + (fields.size() > 5 ? " and " + (fields.size() - 5) + " more" : "")
        + (fields.size() == 1 ? " is" : " are")
        + " not supported by this agent";
  }

  private static Service service(Fields service) throws MalformedDocumentException {
    return new Service(
        label(service, "name"),
        CanonicalJson.write(service.node()),
        notEmpty(service, "image"),
        service.optionalEnum("pullPolicy", PullPolicy.class),
        service.optionalTexts("command"),
        service.optionalTexts("args"),
        service.list(
            "env", env -> new Env(notEmpty(env, "name"), env.optionalText("value").orElse(""))),
        service.list("ports", PodmanV0::port),
        service.list("volumes", PodmanV0::volume),
        service.optionalEnum("restartPolicy", RestartPolicy.class),
        service.optionalEnum("network", Network.class),
        service.flag("privileged"),
        service.optionalInteger("stopTimeoutSeconds", 0, 86_400),
        labels(service));
  }

  private static Port port(Fields port) throws MalformedDocumentException {
    return new Port(
        Math.toIntExact(port.number("containerPort", 1, 65_535)),
        port.optionalInteger("hostPort", 1, 65_535),
        port.optionalText("hostIP"),
        port.optionalEnum("protocol", Protocol.class));
  }

  private static Volume volume(Fields volume) throws MalformedDocumentException {
    var name = volume.optionalText("name");
    var hostPath = volume.optionalText("hostPath");
    if (name.isPresent() == hostPath.isPresent()) {
      throw volume.malformed("name", "or hostPath must be given, and not both");
    }
    if (name.isPresent()) {
      label(volume, "name");
    }
    if (hostPath.isPresent() && !hostPath.get().startsWith("/")) {
      throw volume.malformed("hostPath", "must be absolute");
    }
    var mountPath = volume.text("mountPath");
    if (!mountPath.startsWith("/")) {
      throw volume.malformed("mountPath", "must be absolute");
    }
    return new Volume(name, hostPath, mountPath, volume.flag("readOnly"));
  }

  private static Map<String, String> labels(Fields service) throws MalformedDocumentException {
    var labels = service.textMap("labels");
    for (var key : labels.keySet()) {
      if (key.startsWith(Wire.LABEL_PREFIX)) {
        throw service.malformed("labels", "may not hold " + Wire.LABEL_PREFIX + "*");
      }
    }
    return labels;
  }

  private static String label(Fields fields, String name) throws MalformedDocumentException {
    var text = fields.text(name);
    if (!DeviceId.isLabel(text)) {
      throw fields.malformed(name, "must be 1 to 63 of a-z, 0-9 and '-', not at either end");
    }
    return text;
  }

  private static String notEmpty(Fields fields, String name) throws MalformedDocumentException {
    var text = fields.text(name);
    if (text.isEmpty()) {
      throw fields.malformed(name, "is empty");
    }
    return text;
  }
}
