package io.nationtech.iot.agent.zitadel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.agent.identity.ServiceKey;
import io.nationtech.iot.codec.CanonicalJson;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** What a service account says of itself to get a token (RFC 7523), signed with its key. */
final class Assertion {
  /** Zitadel refuses one that is more than a second ahead of its own clock. */
  private static final Duration SET_BACK = Duration.ofMinutes(1);

  /** The longest that Zitadel takes: a clock that is not far behind is no obstacle. */
  private static final Duration LIFE = Duration.ofHours(1);

  private Assertion() {}

  static String of(ServiceKey key, URI issuer, Instant now) throws GeneralSecurityException {
    var issued = now.minus(SET_BACK);
    var header =
        JsonNodeFactory.instance
            .objectNode()
            .put("alg", "RS256")
            .put("kid", key.keyId())
            .put("typ", "JWT");
    var claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("aud", issuer.toString())
            .put("iss", key.userId())
            .put("sub", key.userId())
            .put("iat", issued.getEpochSecond())
            .put("exp", issued.plus(LIFE).getEpochSecond());
    var content = encoded(header) + "." + encoded(claims);
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key.key());
    signature.update(content.getBytes(US_ASCII));
    return content + "." + encoded(signature.sign());
  }

  private static String encoded(JsonNode json) {
    return encoded(CanonicalJson.write(json).getBytes(UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
