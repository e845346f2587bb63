package io.nationtech.iot.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import java.util.Optional;

/**
 * A Device.
 *
 * @param identity who may act as it, where its spec says so
 * @param status as it stands in Kubernetes
 */
public record DeviceResource(
    Metadata metadata, boolean paused, Optional<IdentityDocument> identity, JsonNode status) {
  public static DeviceResource of(JsonNode resource) {
    return new DeviceResource(
        Metadata.of(resource),
        resource.path("spec").path("paused").asBoolean(false),
        identity(resource.path("spec").path("identity")),
        resource.path("status"));
  }

  private static Optional<IdentityDocument> identity(JsonNode identity) {
    try {
      return identity.isObject() ? Optional.of(IdentityDocument.of(identity)) : Optional.empty();
    } catch (MalformedDocumentException e) {
      // The CRD lets none in; one from before it did says too little to be written.
      return Optional.empty();
    }
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
