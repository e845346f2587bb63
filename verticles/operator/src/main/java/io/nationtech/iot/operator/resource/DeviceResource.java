package io.nationtech.iot.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.Wire;
import java.util.Optional;

/**
 * A Device.
 *
 * @param status as it stands in Kubernetes
 */
public record DeviceResource(Metadata metadata, boolean paused, JsonNode status) {
  public static DeviceResource of(JsonNode resource) {
    return new DeviceResource(
        Metadata.of(resource),
        resource.path("spec").path("paused").asBoolean(false),
        resource.path("status"));
  }

  public Key key() {
    return metadata.key();
  }

  /** {@code <cluster>/<namespace>} that the device is to be handed to. */
  public Optional<String> transferTo() {
    return Optional.ofNullable(metadata.annotations().get(Wire.ANNOTATION_TRANSFER_TO))
        .filter(owner -> owner.matches("[^/\\s]{1,253}/[a-z0-9-]{1,63}"));
  }
}
