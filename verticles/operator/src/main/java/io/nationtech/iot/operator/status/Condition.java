package io.nationtech.iot.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What is to be said about one condition, before it is known since when that is so. */
public record Condition(String type, Truth status, String reason, String message) {
  private static final int MAX_MESSAGE = 1024;

  /** Adds all to {@code array}; a condition that keeps its status keeps the time of its change. */
  static void write(
      ArrayNode array,
      List<Condition> conditions,
      JsonNode previous,
      long generation,
      Instant now) {
    for (var condition : conditions) {
      var before = find(previous, condition.type());
      array
          .addObject()
          .put("type", condition.type())
          .put("status", condition.status().name())
          .put("reason", condition.reason())
          .put("message", cut(condition.message()))
          .put("observedGeneration", generation)
          .put("lastTransitionTime", condition.since(before, now).toString());
    }
  }

  private Instant since(Optional<JsonNode> before, Instant now) {
    return before
        .filter(node -> node.path("status").asText("").equals(status.name()))
        .flatMap(node -> instant(node.path("lastTransitionTime").asText("")))
        .orElse(now.truncatedTo(ChronoUnit.SECONDS));
  }

  /** The condition of that type in a status. */
  public static Optional<JsonNode> find(JsonNode status, String type) {
    return StreamSupport.stream(status.path("conditions").spliterator(), false)
        .filter(node -> node.path("type").asText("").equals(type))
        .findFirst();
  }

  static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : upTo(MAX_MESSAGE - 1, text) + "…";
  }

  /** No character is cut in two: half of one would not come back from the API server as it went. */
  static String upTo(int length, String text) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }
}
