package io.nationtech.iot.callout.admit;

import io.nationtech.iot.callout.decide.SignedToken;
import io.vertx.core.Future;

/** Tells whose a token is. */
public interface Tokens {
  /** The check of a signature; never fails, and completes at once where the key is known. */
  Future<Verification> verify(String token);

  /** What came of it. */
  sealed interface Verification {
    record Signed(SignedToken token) implements Verification {}

    /** {@code reason} holds no part of the token. */
    record Unsigned(String reason) implements Verification {}
  }
}
