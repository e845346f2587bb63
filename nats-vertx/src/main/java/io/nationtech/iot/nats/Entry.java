package io.nationtech.iot.nats;

import java.time.Instant;

/** What a key of a bucket holds: a value, or nothing. */
public sealed interface Entry {
  /** A value, the sequence it was written at, and when. */
  record Found(byte[] value, long revision, Instant time) implements Entry {}

  /**
   * No message, or a delete marker.
   *
   * @param revision of the marker, 0 where there is no message at all
   */
  record Absent(long revision) implements Entry {}
}
