package io.nationtech.iot.callout.token;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.util.Base64;
import java.util.Optional;

/** A JWT taken apart and not believed yet; what is written in more than one way is refused. */
record CompactToken(JsonNode header, JsonNode claims, int signatureBytes) {
  static Optional<CompactToken> of(String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var header = CanonicalJson.parse(decoded(parts[0]));
      var claims = CanonicalJson.parse(decoded(parts[1]));
      return header.isObject() && claims.isObject()
          ? Optional.of(new CompactToken(header, claims, decoded(parts[2]).length))
          : Optional.empty();
    } catch (IllegalArgumentException | MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  String text(String headerField) {
    return header.path(headerField).isTextual() ? header.path(headerField).textValue() : "";
  }

  String issuer() {
    return claims.path("iss").isTextual() ? claims.path("iss").textValue() : "";
  }

  /** Java's decoder lets padding and stray last bits pass: one token would have many spellings. */
  private static byte[] decoded(String part) {
    var bytes = Base64.getUrlDecoder().decode(part);
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
      throw new IllegalArgumentException("not canonical");
    }
    return bytes;
  }
}
