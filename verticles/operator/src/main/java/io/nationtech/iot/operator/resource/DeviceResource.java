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
 * @param badIdentity why what its spec says is no identity: the CRD lets none such in, but it may
 *     be older
 * @param status as it stands in Kubernetes
 */
public record DeviceResource(
    Metadata metadata,
    boolean paused,
    Optional<IdentityDocument> identity,
    Optional<String> badIdentity,
    JsonNode status) {
  public static DeviceResource of(JsonNode resource) {
    var spec = resource.path("spec");
    var device =
        new DeviceResource(
            Metadata.of(resource),
            spec.path("paused").asBoolean(false),
            Optional.empty(),
            Optional.empty(),
            resource.path("status"));
    var identity = spec.path("identity");
    try {
      return identity.isObject() ? device.with(IdentityDocument.of(identity)) : device;
    } catch (MalformedDocumentException e) {
      return device.withBadIdentity(String.valueOf(e.getMessage()));
    }
  }

  /** The same Device, with a spec that says whose it is. */
  public DeviceResource with(IdentityDocument identity) {
    return new DeviceResource(metadata, paused, Optional.of(identity), Optional.empty(), status);
  }

  private DeviceResource withBadIdentity(String problem) {
    return new DeviceResource(metadata, paused, Optional.empty(), Optional.of(problem), status);
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
