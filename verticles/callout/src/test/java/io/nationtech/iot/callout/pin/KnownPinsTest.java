package io.nationtech.iot.callout.pin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.callout.pin.KnownPins.Known;
import io.nationtech.iot.codec.IdentityDocument;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pins that change while all of them are being read. */
class KnownPinsTest {
  private final KnownPins pins = new KnownPins();

  @Test
  void whatIsLearnedDuringARoundIsKnownAfterIt() {
    pins.begin();
    pins.learned(pins.bucket(), "new", owned(7, "a"));
    pins.learned(pins.bucket(), "given-away", owned(8, "b"));
    pins.learned(pins.bucket(), "cleared", new Known(9, Optional.empty()));
    pins.end(Map.of("given-away", owned(2, "a"), "cleared", owned(3, "a"), "same", owned(4, "a")));
    assertEquals(owned(7, "a"), pins.of("new"));
    assertEquals(owned(8, "b"), pins.of("given-away"));
    assertEquals(Optional.empty(), pins.of("cleared").owner());
    assertEquals(owned(4, "a"), pins.of("same"));
  }

  @Test
  void whatALaggingReplicaSaidDuringARoundIsNotBelieved() {
    pins.begin();
    pins.learned(pins.bucket(), "pi-1", owned(2, "a"));
    pins.end(Map.of("pi-1", owned(8, "b")));
    assertEquals(owned(8, "b"), pins.of("pi-1"));
  }

  @Test
  void whatWasKnownBeforeARoundAndIsNotInItIsForgotten() {
    pins.learned(pins.bucket(), "gone", owned(7, "a"));
    pins.begin();
    pins.end(Map.of());
    assertEquals(0, pins.size());
    assertEquals(0, pins.of("gone").revision());
  }

  @Test
  void ofABucketThatWasDeletedNothingIsLeft() {
    pins.begin();
    long before = pins.bucket();
    pins.learned(before, "pi-1", owned(500, "a"));
    pins.learned(before, "pi-2", owned(501, "a"));
    pins.bucketDeleted();
    long first = pins.begin();
    // Asked of the old bucket, answered late.
    pins.learned(before, "pi-1", owned(500, "a"));
    // The new bucket counts from one.
    pins.learned(pins.bucket(), "pi-2", owned(3, "b"));
    assertTrue(pins.isLast(first));
    pins.end(Map.of());
    assertEquals(new Known(0, Optional.empty()), pins.of("pi-1"));
    assertEquals(owned(3, "b"), pins.of("pi-2"));
  }

  @Test
  void aRoundThatWasOvertakenIsNotTheLast() {
    long first = pins.begin();
    long second = pins.begin();
    assertFalse(pins.isLast(first));
    assertTrue(pins.isLast(second));
  }

  private static Known owned(long revision, String subject) {
    return new Known(
        revision, Optional.of(new IdentityDocument("https://id.example", subject, "2")));
  }
}
