package io.nationtech.iot.podman;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One container as podman lists it.
 *
 * @param state podman's own word: created, running, exited, ...
 * @param image the name it was made from
 * @param exitCode of the last end; empty where it never ended
 * @param ports of this machine that it has, where it runs
 */
public record Container(
    String id,
    String name,
    Map<String, String> labels,
    String state,
    String image,
    String imageId,
    Optional<Instant> startedAt,
    Optional<Integer> exitCode,
    List<ContainerSpec.Port> ports) {

  public boolean running() {
    return state.equals("running");
  }

  static Container listed(JsonObject json) {
    var state = json.getString("State", "");
    long started = json.getLong("StartedAt", 0L);
    return new Container(
        json.getString("Id"),
        json.getJsonArray("Names", new JsonArray().add("")).getString(0),
        labels(json),
        state,
        json.getString("Image", ""),
        json.getString("ImageID", ""),
        // podman lists the zero time of Go for what never started
        started > 0 ? Optional.of(Instant.ofEpochSecond(started)) : Optional.empty(),
        state.equals("exited") || state.equals("stopped")
            ? Optional.ofNullable(json.getInteger("ExitCode"))
            : Optional.empty(),
        ports(json.getJsonArray("Ports")));
  }

  /** podman lists ports that follow each other as one, with their number. */
  private static List<ContainerSpec.Port> ports(@Nullable JsonArray listed) {
    return listed == null
        ? List.of()
        : listed.stream()
            .map(JsonObject.class::cast)
            .flatMap(
                port ->
                    IntStream.range(0, port.getInteger("range", 1))
                        .mapToObj(
                            n ->
                                new ContainerSpec.Port(
                                    port.getInteger("container_port", 0) + n,
                                    port.getInteger("host_port", 0) + n,
                                    port.getString("host_ip", ""),
                                    port.getString("protocol", ""))))
            .toList();
  }

  static Map<String, String> labels(JsonObject json) {
    var labels = new TreeMap<String, String>();
    var listed = json.getJsonObject("Labels");
    if (listed != null) {
      listed.forEach(label -> labels.put(label.getKey(), String.valueOf(label.getValue())));
    }
    return labels;
  }

  /** podman writes times with nanoseconds and a zone; the zero time of Go means never. */
  static Optional<Instant> instant(String text) {
    try {
      var instant = java.time.OffsetDateTime.parse(text).toInstant();
      return instant.isAfter(Instant.EPOCH) ? Optional.of(instant) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
