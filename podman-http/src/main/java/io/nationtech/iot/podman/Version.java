package io.nationtech.iot.podman;

import io.vertx.core.json.JsonObject;

/**
 * podman and the machine it runs on.
 *
 * @param podman such as 4.3.1
 * @param architecture in Go's words: amd64, arm64
 */
public record Version(String podman, String architecture) {
  static Version of(JsonObject json) {
    return new Version(json.getString("Version", ""), json.getString("Arch", ""));
  }
}
