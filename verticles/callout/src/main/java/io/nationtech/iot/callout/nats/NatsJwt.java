package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** JWTs as NATS signs them: Ed25519, the issuer's key in {@code iss}. */
public final class NatsJwt {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final String ALGORITHM = "ed25519-nkey";
  private static final String HEADER = encoded("{\"typ\":\"JWT\",\"alg\":\"" + ALGORITHM + "\"}");

  private NatsJwt() {}

  /** Fills in issuer, time and id, and signs. */
  public static String sign(Signer issuer, ObjectNode claims, Instant now) {
    claims.put("iss", issuer.publicKey()).put("iat", now.getEpochSecond());
    claims.put("jti", Base32.encode(sha256(CanonicalJson.write(claims))));
    var signed = HEADER + "." + encoded(CanonicalJson.write(claims));
    return signed + "." + ENCODER.encodeToString(issuer.sign(signed.getBytes(US_ASCII)));
  }

  /** The claims of a JWT that an issuer of this kind signed, whoever it is. */
  static Optional<JsonNode> verified(Nkey.Kind issuer, String jwt) {
    var parts = jwt.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var header = CanonicalJson.parse(decoded(parts[0]));
      var claims = CanonicalJson.parse(decoded(parts[1]));
      var signed = jwt.substring(0, jwt.lastIndexOf('.')).getBytes(US_ASCII);
      var signature = decoded(parts[2]);
      return Nkey.publicKey(issuer, claims.path("iss").asText())
          .filter(key -> header.path("alg").asText().equals(ALGORITHM))
          .filter(key -> Signer.verify(key, signed, signature))
          .map(key -> claims);
    } catch (IllegalArgumentException | MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] decoded(String part) {
    var bytes = Base64.getUrlDecoder().decode(part);
    // One spelling only: Java's decoder lets stray last bits pass.
    if (!ENCODER.encodeToString(bytes).equals(part)) {
      throw new IllegalArgumentException("not canonical");
    }
    return bytes;
  }

  private static String encoded(String json) {
    return ENCODER.encodeToString(json.getBytes(UTF_8));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
