package io.nationtech.iot.operator.desired;

import io.nationtech.iot.codec.DesiredDocument;
import java.util.SortedSet;

/** What is to be done about one device's document. */
public sealed interface Decision {
  /** No Device of this cluster claims it. */
  record Unclaimed() implements Decision {}

  /** Somebody else looks after it: nothing is written. */
  record Foreign(String owner) implements Decision {}

  /** The document says already what it must. */
  record Keep(DesiredDocument document) implements Decision {}

  /**
   * The document is to be written.
   *
   * @param expected the revision that was read
   * @param unexplained deployments that would end although nobody was seen to end them
   */
  record Write(DesiredDocument document, String json, long expected, SortedSet<String> unexplained)
      implements Decision {}

  /** The document would be larger than a device takes. */
  record TooLarge(String owner, int bytes) implements Decision {}
}
