package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a deployment runs: {@code {"type":"PodmanV0","data":{...}}}. It keeps its JSON as received,
 * so that nothing a newer author wrote is lost on the way.
 */
public sealed interface Score permits PodmanV0, UnsupportedScore {
  /** The whole score as received. */
  JsonNode json();

  /** Never fails: a score this version can't run is an {@link UnsupportedScore} that says why. */
  static Score of(JsonNode json) {
    String type = json.path("type").asText("");
    if (!type.equals(PodmanV0.TYPE)) {
      return new UnsupportedScore(
          json, "ScoreTypeNotSupported", "score.type '" + brief(type) + "' is not known here");
    }
    try {
      return PodmanV0.decode(json);
    } catch (MalformedDocumentException e) {
      return new UnsupportedScore(json, "ScoreInvalid", String.valueOf(e.getMessage()));
    }
  }

  private static String brief(String text) {
    return text.length() <= 63 ? text : text.substring(0, 63);
  }
}
