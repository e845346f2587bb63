package io.nationtech.iot.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;

/** A JWT whose signature was checked with the published key that it names. */
public record SignedToken(String value, JsonNode header, JsonNode claims) {
  static SignedToken verified(String token, JsonNode keys) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("this is no JWT");
    }
    var header = TokenClient.parse(new String(decoded(parts[0]), UTF_8));
    try {
      var es256 = header.path("alg").asText().equals("ES256");
      var signature =
          Signature.getInstance(es256 ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
      signature.initVerify(publicKey(key(keys, header.path("kid").asText())));
      signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
      if (!signature.verify(decoded(parts[2]))) {
        throw new IllegalStateException("the token's signature is not good");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return new SignedToken(token, header, TokenClient.parse(new String(decoded(parts[1]), UTF_8)));
  }

  String keyId() {
    return header.path("kid").asText();
  }

  String text(String claim) {
    return claims.path(claim).asText();
  }

  Set<String> names() {
    var names = new TreeSet<String>();
    claims.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The organisations that granted each role, by role and id. */
  public JsonNode roles(String project) {
    return claims.path("urn:zitadel:iam:org:project:" + project + ":roles");
  }

  @Override
  public String toString() {
    return "SignedToken[" + claims.path("sub").asText() + "]";
  }

  private static JsonNode key(JsonNode keys, String id) {
    for (var key : keys.path("keys")) {
      if (key.path("kid").asText().equals(id)) {
        return key;
      }
    }
    throw new IllegalStateException("key " + id + " is not published");
  }

  private static PublicKey publicKey(JsonNode key) throws GeneralSecurityException {
    if (key.path("kty").asText().equals("RSA")) {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
    }
    var curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(number(key, "x"), number(key, "y")),
                curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger number(JsonNode key, String field) {
    return new BigInteger(1, decoded(key.path(field).asText()));
  }

  private static byte[] decoded(String part) {
    return Base64.getUrlDecoder().decode(part);
  }
}
