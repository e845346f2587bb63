package io.nationtech.iot.podman;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Map;

/** A user of a registry. */
public record RegistryLogin(String username, String password) {
  Map<String, String> header() {
    var json = new JsonObject().put("username", username).put("password", password).encode();
    return Map.of("X-Registry-Auth", Base64.getUrlEncoder().encodeToString(json.getBytes(UTF_8)));
  }

  @Override
  public String toString() {
    return "RegistryLogin[]";
  }
}
