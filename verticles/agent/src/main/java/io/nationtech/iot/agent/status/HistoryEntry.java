package io.nationtech.iot.agent.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of the journal, as it is kept over reboots.
 *
 * @param service the container's name, where the line is about one
 */
public record HistoryEntry(Instant time, String level, Optional<String> service, String text) {

  public String encode() {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("time", time.toString())
            .put("level", level)
            .put("text", text);
    service.ifPresent(name -> json.put("service", name));
    return CanonicalJson.write(json);
  }

  /** Empty for what the power was lost over. */
  public static Optional<HistoryEntry> decode(String line) {
    try {
      var json = CanonicalJson.parse(line);
      return Optional.of(
          new HistoryEntry(
              Instant.parse(json.path("time").asText()),
              json.path("level").asText(),
              Optional.ofNullable(json.path("service").textValue()),
              json.path("text").asText()));
    } catch (MalformedDocumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** What happened, without the name of what it happened to. */
  public String what() {
    return service
        .filter(name -> text.startsWith(name + ": "))
        .map(name -> text.substring(name.length() + 2))
        .orElse(text);
  }
}
