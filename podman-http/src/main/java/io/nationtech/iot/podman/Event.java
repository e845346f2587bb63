package io.nationtech.iot.podman;

import io.vertx.core.json.JsonObject;

/**
 * Something happened to a container.
 *
 * @param action podman's own word: create, start, died, remove, ...
 * @param name of the container
 */
public record Event(String action, String name) {
  static Event of(JsonObject json) {
    var actor = json.getJsonObject("Actor", new JsonObject());
    var attributes = actor.getJsonObject("Attributes", new JsonObject());
    return new Event(
        json.getString("Action", json.getString("status", "")), attributes.getString("name", ""));
  }
}
