package io.nationtech.iot.callout.token;

import io.vertx.core.Future;

/** The keys of each issuer, in memory. */
public interface KeySets {
  /** What is known now; an empty set of an issuer that was never heard of. */
  KeySet of(String issuer);

  /**
   * Asks the issuer again because it does not know {@code keyId}, unless that was done just now;
   * completes with what is known then, and never fails.
   */
  Future<KeySet> refreshed(String issuer, String keyId);
}
