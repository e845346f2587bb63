package io.nationtech.iot.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.util.TreeMap;

/** What devices say, and what statuses say, in a test's words. */
final class Reports {
  private Reports() {}

  static ReportedDocument.Deployment reported(String uid, long generation, Phase phase) {
    return reported(uid, generation, phase, "ByHand", "as the test says");
  }

  static ReportedDocument.Deployment reported(
      String uid, long generation, Phase phase, String reason, String message) {
    return new ReportedDocument.Deployment(
        uid, generation, phase, reason, message, new TreeMap<>());
  }

  /** {@code Status/Reason} of a condition. */
  static String condition(JsonNode status, String type) {
    var condition = Condition.find(status, type).orElseThrow();
    return condition.path("status").asText() + "/" + condition.path("reason").asText();
  }

  static String message(JsonNode status, String type) {
    return Condition.find(status, type).orElseThrow().path("message").asText();
  }
}
