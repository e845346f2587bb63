package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;

/**
 * {@code {"intervalSeconds":60}} on {@code fleet.heartbeat.<device>}: offline after three missed.
 */
public record Heartbeat(Duration interval) {
  /** Reads a payload; intervals are 1 second to one day. */
  public static Heartbeat decode(byte[] json) throws MalformedDocumentException {
    var fields = Fields.of("", CanonicalJson.parse(json));
    return new Heartbeat(Duration.ofSeconds(fields.number("intervalSeconds", 1, 86_400)));
  }

  /** The payload as canonical JSON. */
  public String encode() {
    return CanonicalJson.write(
        JsonNodeFactory.instance.objectNode().put("intervalSeconds", interval.toSeconds()));
  }
}
