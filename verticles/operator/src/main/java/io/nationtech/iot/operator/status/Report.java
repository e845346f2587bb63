package io.nationtech.iot.operator.status;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument;
import java.util.Optional;

/** What a device said last. */
public sealed interface Report {
  /** Nothing yet. */
  record None() implements Report {}

  /** Something that can't be read. */
  record Undecodable(String problem) implements Report {}

  /** A document. */
  record Known(ReportedDocument document) implements Report {}

  static Report of(DeviceId device, byte[] value) {
    try {
      return new Known(ReportedDocument.decode(device, value));
    } catch (MalformedDocumentException e) {
      return new Undecodable(String.valueOf(e.getMessage()));
    }
  }

  /** The document, where there is one. */
  default Optional<ReportedDocument> said() {
    return this instanceof Known known ? Optional.of(known.document()) : Optional.empty();
  }
}
