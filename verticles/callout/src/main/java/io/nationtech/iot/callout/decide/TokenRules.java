package io.nationtech.iot.callout.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** What must hold of every token, beside its signature. */
final class TokenRules {
  /** RFC 9068 says at+jwt, Zitadel says JWT. */
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

  /** What only an id_token carries: it says who signed in, and gives no access. */
  private static final Set<String> ID_TOKEN_CLAIMS = Set.of("nonce", "at_hash", "c_hash", "s_hash");

  private TokenRules() {}

  static Identity check(SignedToken token, Policy.Trust trust, Duration leeway, Instant now)
      throws RefusedException {
    var claims = token.claims();
    require(
        TYPES.contains(text(token.header(), "typ").toLowerCase(Locale.ROOT)),
        "the token's type is not that of an access token");
    require(text(claims, "iss").equals(trust.issuer()), "the issuer is not " + trust.issuer());
    require(names(claims.path("aud"), trust.audience()), "the audience is not this project");
    for (var claim : ID_TOKEN_CLAIMS) {
      require(!claims.has(claim), "an id_token gives no access");
    }
    var issued = time(claims, "iat");
    var expiry = time(claims, "exp");
    require(expiry.isAfter(issued), "an id_token gives no access");
    require(now.isBefore(expiry.plus(leeway)), "the token has expired");
    require(!now.plus(leeway).isBefore(issued), "the token was issued in the future");
    if (claims.has("nbf")) {
      require(!now.plus(leeway).isBefore(time(claims, "nbf")), "the token is not valid yet");
    }
    var subject = text(claims, "sub");
    require(!subject.isEmpty(), "the token has no subject");
    return new Identity(trust.issuer(), subject, expiry, claims);
  }

  private static boolean names(JsonNode audience, String wanted) {
    if (audience.isTextual()) {
      return audience.textValue().equals(wanted);
    }
    for (var one : audience) {
      if (audience.isArray() && one.isTextual() && one.textValue().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static Instant time(JsonNode claims, String name) throws RefusedException {
    var value = claims.path(name);
    require(
        value.isNumber()
            && value.doubleValue() >= 0
            && value.doubleValue() < Instant.MAX.getEpochSecond(),
        "the token has no " + name);
    return Instant.ofEpochSecond(value.longValue());
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).isTextual() ? node.path(name).textValue() : "";
  }

  private static void require(boolean holds, String reason) throws RefusedException {
    if (!holds) {
      throw new RefusedException(reason);
    }
  }
}
