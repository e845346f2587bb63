package io.nationtech.iot.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Something that a person would ask about: becomes a Kubernetes event.
 *
 * @param warning whether a person should look
 */
public record Happening(boolean warning, String reason, String message) {
  /** These are there only while a person should look. */
  private static final Set<String> WARNINGS =
      Set.of(DeviceStatus.IDENTITY_REFUSED, DeviceStatus.IDENTITY_INCOMPLETE);

  private static final Set<String> TOLD = Set.of("Ready", "Connected");

  /** What happened between two statuses: conditions that came to hold, or no longer do. */
  public static List<Happening> between(JsonNode before, JsonNode after) {
    var happenings = new ArrayList<Happening>();
    for (var condition : after.path("conditions")) {
      var type = condition.path("type").asText();
      var status = condition.path("status").asText();
      var reason = condition.path("reason").asText();
      boolean same =
          Condition.find(before, type)
              .filter(
                  old ->
                      old.path("status").asText().equals(status)
                          && old.path("reason").asText().equals(reason))
              .isPresent();
      boolean tells = TOLD.contains(type) || WARNINGS.contains(type);
      // Unknown is this operator's own doubt, nothing that happened.
      if (!same && tells && !status.equals("Unknown")) {
        happenings.add(of(after, type, status, reason, condition.path("message").asText()));
      }
    }
    return happenings;
  }

  private static Happening of(
      JsonNode status, String type, String truth, String reason, String message) {
    boolean changing =
        reason.equals(DeviceStatus.CHANGING)
            || Condition.find(status, "Reconciling")
                .filter(condition -> condition.path("status").asText().equals("True"))
                .isPresent();
    return new Happening(
        WARNINGS.contains(type) || (truth.equals("False") && !changing),
        reason,
        message.isEmpty() ? reason : message);
  }
}
