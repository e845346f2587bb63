package io.nationtech.iot.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** A key an identity provider, or somebody who plays one, signs tokens with. */
public record SigningKey(String id, String algorithm, KeyPair pair) {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  public static SigningKey rs256(String id) {
    return generate(id, "RS256");
  }

  public static SigningKey generate(String id, String algorithm) {
    try {
      var generator =
          KeyPairGenerator.getInstance(
              switch (algorithm) {
                case "RS256" -> "RSA";
                case "ES256" -> "EC";
                default -> "Ed25519";
              });
      switch (algorithm) {
        case "RS256" -> generator.initialize(2048);
        case "ES256" -> generator.initialize(new ECGenParameterSpec("secp256r1"));
        default -> {}
      }
      return new SigningKey(id, algorithm, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public half as the provider publishes it. */
  public ObjectNode jwk() {
    var jwk = object().put("kid", id).put("use", "sig").put("alg", algorithm);
    switch (pair.getPublic()) {
      case RSAPublicKey rsa ->
          jwk.put("kty", "RSA")
              .put("n", unsigned(rsa.getModulus(), 0))
              .put("e", unsigned(rsa.getPublicExponent(), 0));
      case ECPublicKey ec ->
          jwk.put("kty", "EC")
              .put("crv", "P-256")
              .put("x", unsigned(ec.getW().getAffineX(), 32))
              .put("y", unsigned(ec.getW().getAffineY(), 32));
      default -> {
        var encoded = pair.getPublic().getEncoded();
        jwk.put("kty", "OKP")
            .put("crv", "Ed25519")
            .put(
                "x",
                ENCODER.encodeToString(
                    Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
      }
    }
    return jwk;
  }

  public String sign(JsonNode claims) {
    return sign(object().put("alg", algorithm).put("kid", id).put("typ", "JWT"), claims);
  }

  /** With a header of the caller's, which may lie. */
  public String sign(JsonNode header, JsonNode claims) {
    var signed = encode(header.toString()) + "." + encode(claims.toString());
    try {
      var signature =
          Signature.getInstance(
              switch (algorithm) {
                case "RS256" -> "SHA256withRSA";
                case "ES256" -> "SHA256withECDSAinP1363Format";
                default -> "Ed25519";
              });
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(US_ASCII));
      return signed + "." + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String encode(String text) {
    return ENCODER.encodeToString(text.getBytes(UTF_8));
  }

  private static String unsigned(BigInteger number, int length) {
    var bytes = number.toByteArray();
    int from = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
    var magnitude = Arrays.copyOfRange(bytes, from, bytes.length);
    var padded = new byte[Math.max(length, magnitude.length)];
    System.arraycopy(magnitude, 0, padded, padded.length - magnitude.length, magnitude.length);
    return ENCODER.encodeToString(padded);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
