package io.nationtech.iot.podman;

import io.vertx.core.json.JsonObject;

/** An image in podman's storage. */
public record Image(String id, String digest) {
  static Image of(JsonObject json) {
    return new Image(json.getString("Id"), json.getString("Digest", ""));
  }
}
