package io.nationtech.iot.podman;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * One container as podman inspects it.
 *
 * @param state podman's own word
 * @param health podman's own word, {@code none} without a health check
 * @param startedAt with nanoseconds
 * @param error podman's own word on why it did not start
 * @param json all that podman said
 */
public record Details(
    String id,
    String state,
    String health,
    Optional<Instant> startedAt,
    int exitCode,
    int restarts,
    String imageDigest,
    String error,
    JsonObject json) {

  static Details of(JsonObject json) {
    var state = json.getJsonObject("State", new JsonObject());
    // 4.3 says Healthcheck where 5.x says Health
    var health =
        state.getJsonObject("Health", state.getJsonObject("Healthcheck", new JsonObject()));
    var status = health.getString("Status", "");
    return new Details(
        json.getString("Id"),
        state.getString("Status", ""),
        status.isEmpty() ? "none" : status,
        Container.instant(state.getString("StartedAt", "")),
        state.getInteger("ExitCode", 0),
        json.getInteger("RestartCount", 0),
        json.getString("ImageDigest", ""),
        state.getString("Error", ""),
        json);
  }
}
