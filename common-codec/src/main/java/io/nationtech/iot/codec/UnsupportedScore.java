package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A score that this version does not run.
 *
 * @param reason a CamelCase word: ScoreTypeNotSupported, ScoreInvalid, UpdateInvalid or
 *     FieldNotSupported
 * @param message a sentence that names the type or the field
 */
public record UnsupportedScore(JsonNode json, String reason, String message) implements Score {

  static String notSupported(List<String> fields) {
    var named = String.join(", ", fields.subList(0, Math.min(5, fields.size())));
    return named
        + (fields.size() > 5 ? " and " + (fields.size() - 5) + " more" : "")
        + (fields.size() == 1 ? " is" : " are")
        + " not supported by this agent";
  }
}
