package io.nationtech.iot.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.codec.Wire;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A DeviceDeployment.
 *
 * @param update as received, an empty object where there is none
 * @param score as received
 * @param status as it stands in Kubernetes
 */
public record DeploymentResource(
    Metadata metadata, Target target, JsonNode update, JsonNode score, JsonNode status) {

  /** Which devices are meant. */
  public sealed interface Target {
    /** Devices by their names. */
    record Devices(SortedSet<String> names) implements Target {}

    /** A kind of target that this version can't resolve: who has the deployment keeps it. */
    record NotSupported(String kind) implements Target {}
  }

  public static DeploymentResource of(JsonNode resource) {
    var spec = resource.path("spec");
    var update = spec.path("update");
    return new DeploymentResource(
        Metadata.of(resource),
        target(spec.path("target")),
        update.isObject() ? update : JsonNodeFactory.instance.objectNode(),
        spec.path("score"),
        resource.path("status"));
  }

  private static Target target(JsonNode target) {
    if (!target.path("devices").isArray()) {
      return new Target.NotSupported(target.has("group") ? "group" : "selector");
    }
    var names = new TreeSet<String>();
    target.path("devices").forEach(name -> names.add(name.asText()));
    return new Target.Devices(names);
  }

  public Key key() {
    return metadata.key();
  }

  /** Whether {@code device} is meant, as far as this version can tell. */
  public boolean targets(String device) {
    return switch (target) {
      case Target.Devices devices -> devices.names().contains(device);
      case Target.NotSupported other -> false;
    };
  }

  /** Moved by a person to lift a quarantine; 0 where it is no number. */
  public long retry() {
    var text = metadata.annotations().getOrDefault(Wire.ANNOTATION_RETRY, "0");
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  /** Whether its end must not wait for devices. */
  public boolean forceDelete() {
    return "true".equals(metadata.annotations().get(Wire.ANNOTATION_FORCE_DELETE));
  }

  public boolean hasFinalizer() {
    return metadata.finalizers().contains(Wire.FINALIZER);
  }
}
