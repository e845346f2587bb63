package io.nationtech.iot.callout.pin;

import io.nationtech.iot.codec.IdentityDocument;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pins in hand. Rounds replace them all; what is learned while a round goes on is kept beyond
 * it, because the round may have read that key before.
 */
final class KnownPins {
  private static final Known NOTHING = new Known(0, Optional.empty());

  /** {@code revision}: of the key's last message, 0 where there is none. */
  record Known(long revision, Optional<IdentityDocument> owner) {
    private static Known newer(Known before, Known now) {
      return now.revision() >= before.revision() ? now : before;
    }
  }

  private Map<String, Known> all = new HashMap<>();
  private final Map<String, Known> meanwhile = new HashMap<>();
  private boolean underWay;
  private long round;
  private long bucket;

  int size() {
    return all.size();
  }

  Known of(String device) {
    return all.getOrDefault(device, NOTHING);
  }

  /** Which bucket it is, counted: what was asked of an earlier one tells nothing about this one. */
  long bucket() {
    return bucket;
  }

  /** From now on revisions count anew. */
  void bucketDeleted() {
    bucket++;
  }

  /** Begins a round, in place of one that still goes on, and gives its number. */
  long begin() {
    meanwhile.clear();
    underWay = true;
    return ++round;
  }

  boolean isLast(long number) {
    return number == round;
  }

  /** {@code read}: every key of the bucket; to be given for the last round alone. */
  void end(Map<String, Known> read) {
    all = new HashMap<>(read);
    meanwhile.forEach((device, known) -> all.merge(device, known, Known::newer));
    meanwhile.clear();
    underWay = false;
  }

  /** {@code asked}: the bucket that was, when the question was sent. */
  void learned(long asked, String device, Known known) {
    if (asked != bucket) {
      return;
    }
    all.merge(device, known, Known::newer);
    if (underWay) {
      meanwhile.merge(device, known, Known::newer);
    }
  }
}
