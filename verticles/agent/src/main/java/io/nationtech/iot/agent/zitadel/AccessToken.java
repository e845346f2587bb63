package io.nationtech.iot.agent.zitadel;

import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Reads what an access token says; who takes it verifies it. */
final class AccessToken {
  private AccessToken() {}

  /** Nothing where it is no JWT with a beginning and an end. */
  static Optional<Token> read(String value) {
    var parts = value.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var claims = CanonicalJson.parse(Base64.getUrlDecoder().decode(parts[1]));
      return claims.path("iat").canConvertToLong() && claims.path("exp").canConvertToLong()
          ? Optional.of(
              new Token(
                  value,
                  claims.path("sub").asText(),
                  claims.path("client_id").asText(claims.path("sub").asText()),
                  Instant.ofEpochSecond(claims.path("iat").longValue()),
                  Instant.ofEpochSecond(claims.path("exp").longValue())))
          : Optional.empty();
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
