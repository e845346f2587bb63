package io.nationtech.iot.operator.desired;

import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What KV desired-state holds for one device. */
public sealed interface Stored {
  /** What a write has to expect. */
  long revision();

  /** No message, or a delete marker. */
  record Nothing(long revision) implements Stored {}

  /**
   * Something that is no desired document.
   *
   * @param owner where at least that could be read
   */
  record Undecodable(long revision, Optional<String> owner, String problem) implements Stored {}

  /**
   * A document.
   *
   * @param json as it stands in KV
   */
  record Known(long revision, DesiredDocument document, String json) implements Stored {}

  static Stored of(DeviceId device, byte[] value, long revision) {
    try {
      var document = DesiredDocument.decode(device, value);
      return new Known(revision, document, new String(value, StandardCharsets.UTF_8));
    } catch (MalformedDocumentException e) {
      return new Undecodable(revision, owner(value), String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> owner(byte[] value) {
    try {
      var owner = CanonicalJson.parse(value).path("owner").asText("");
      return owner.isEmpty() ? Optional.empty() : Optional.of(owner);
    } catch (MalformedDocumentException e) {
      return Optional.empty();
    }
  }
}
