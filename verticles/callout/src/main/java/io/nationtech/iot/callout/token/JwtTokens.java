package io.nationtech.iot.callout.token;

import static io.nationtech.iot.codec.Shown.shown;

import io.nationtech.iot.callout.admit.Tokens;
import io.nationtech.iot.callout.decide.SignedToken;
import io.vertx.core.Future;
import java.util.Set;

/** JWTs, by the keys of the issuer they name. */
public final class JwtTokens implements Tokens {
  private static final int CURVE_SIGNATURE_BYTES = 64;

  /** RSA of 2048, 3072 and 4096 bits. */
  private static final Set<Integer> RSA_SIGNATURE_BYTES = Set.of(256, 384, 512);

  private final KeySets keys;

  public JwtTokens(KeySets keys) {
    this.keys = keys;
  }

  @Override
  public Future<Verification> verify(String token) {
    var parsed = CompactToken.of(token);
    if (parsed.isEmpty()) {
      return unsigned("not a JWT: an opaque token, or damaged");
    }
    var algorithm = parsed.get().text("alg");
    if (!KeySet.knows(algorithm)) {
      return unsigned("the algorithm " + shown(algorithm) + " is not accepted");
    }
    // vertx-auth-jwt fills a short signature up with zeros.
    if (!fits(algorithm, parsed.get().signatureBytes())) {
      return unsigned("the signature has a wrong length");
    }
    var keyId = parsed.get().text("kid");
    if (keyId.isEmpty()) {
      return unsigned("the token names no key");
    }
    return keySet(parsed.get().issuer(), keyId)
        .compose(set -> verify(set, token, parsed.get(), keyId, algorithm));
  }

  private Future<KeySet> keySet(String issuer, String keyId) {
    var known = keys.of(issuer);
    return known.has(keyId) ? Future.succeededFuture(known) : keys.refreshed(issuer, keyId);
  }

  private static Future<Verification> verify(
      KeySet set, String token, CompactToken parsed, String keyId, String algorithm) {
    if (!set.has(keyId)) {
      return unsigned("the issuer " + shown(parsed.issuer()) + " has no key " + shown(keyId));
    }
    return set.signed(token, keyId, algorithm)
        .map(
            signed ->
                signed
                    ? new Verification.Signed(new SignedToken(parsed.header(), parsed.claims()))
                    : new Verification.Unsigned("the signature is wrong"));
  }

  private static boolean fits(String algorithm, int signatureBytes) {
    return algorithm.equals("RS256")
        ? RSA_SIGNATURE_BYTES.contains(signatureBytes)
        : signatureBytes == CURVE_SIGNATURE_BYTES;
  }

  private static Future<Verification> unsigned(String reason) {
    return Future.succeededFuture(new Verification.Unsigned(reason));
  }
}
