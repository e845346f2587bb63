package io.nationtech.iot.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every resource has.
 *
 * @param deleting somebody asked for its end; finalizers hold it
 */
public record Metadata(
    Key key,
    String uid,
    long generation,
    String resourceVersion,
    Instant created,
    boolean deleting,
    Map<String, String> annotations,
    List<String> finalizers) {

  static Metadata of(JsonNode resource) {
    var metadata = resource.path("metadata");
    var annotations = new TreeMap<String, String>();
    metadata.path("annotations").properties().forEach(e -> annotations.put(e.getKey(), text(e)));
    var finalizers = new ArrayList<String>();
    metadata.path("finalizers").forEach(name -> finalizers.add(name.asText()));
    return new Metadata(
        new Key(metadata.path("namespace").asText(""), metadata.path("name").asText("")),
        metadata.path("uid").asText(""),
        metadata.path("generation").asLong(),
        metadata.path("resourceVersion").asText(""),
        instant(metadata.path("creationTimestamp").asText("")),
        metadata.hasNonNull("deletionTimestamp"),
        annotations,
        List.copyOf(finalizers));
  }

  private static String text(Map.Entry<String, JsonNode> entry) {
    return entry.getValue().asText("");
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
