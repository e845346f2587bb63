package io.nationtech.iot.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.codec.CanonicalJson;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/** A JWT assertion (RFC 7523) made by hand, so that each of its fields can be wrong. */
record Assertion(
    String issuer,
    String subject,
    String audience,
    String keyId,
    Instant issuedAt,
    Instant expiresAt,
    String algorithm,
    PrivateKey key) {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** As a device would send it, its clock a minute behind. */
  static Assertion of(JsonNode keyFile, String audience) {
    var user = keyFile.path("userId").textValue();
    var at = Instant.now().minusSeconds(60);
    return new Assertion(
        user,
        user,
        audience,
        keyFile.path("keyId").textValue(),
        at,
        at.plusSeconds(600),
        "RS256",
        privateKey(keyFile.path("key").textValue()));
  }

  Assertion withIssuer(String other) {
    return new Assertion(other, subject, audience, keyId, issuedAt, expiresAt, algorithm, key);
  }

  Assertion withSubject(String other) {
    return new Assertion(issuer, other, audience, keyId, issuedAt, expiresAt, algorithm, key);
  }

  Assertion withAudience(String other) {
    return new Assertion(issuer, subject, other, keyId, issuedAt, expiresAt, algorithm, key);
  }

  Assertion withKeyId(String other) {
    return new Assertion(issuer, subject, audience, other, issuedAt, expiresAt, algorithm, key);
  }

  /** Expires an hour and a half later, so that only the time of issue counts. */
  Assertion issuedAt(Instant other) {
    return new Assertion(
        issuer, subject, audience, keyId, other, other.plusSeconds(5400), algorithm, key);
  }

  Assertion expiresAt(Instant other) {
    return new Assertion(issuer, subject, audience, keyId, issuedAt, other, algorithm, key);
  }

  Assertion withAlgorithm(String other) {
    return new Assertion(issuer, subject, audience, keyId, issuedAt, expiresAt, other, key);
  }

  String signed() {
    var header = JsonNodeFactory.instance.objectNode().put("alg", algorithm).put("kid", keyId);
    var claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("iss", issuer)
            .put("sub", subject)
            .put("aud", audience)
            .put("iat", issuedAt.getEpochSecond())
            .put("exp", expiresAt.getEpochSecond());
    var text = encoded(header) + "." + encoded(claims);
    return text + "." + BASE64.encodeToString(signature(text));
  }

  private byte[] signature(String text) {
    try {
      var signature = signature();
      signature.initSign(key);
      signature.update(text.getBytes(UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Signature signature() throws GeneralSecurityException {
    if (algorithm.equals("RS256")) {
      return Signature.getInstance("SHA256withRSA");
    }
    var signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    return signature;
  }

  private static String encoded(JsonNode json) {
    return BASE64.encodeToString(CanonicalJson.write(json).getBytes(UTF_8));
  }

  /** PKCS#1, which the JDK reads only as the content of a PKCS#8 key. */
  private static PrivateKey privateKey(String pem) {
    var pkcs1 =
        Base64.getMimeDecoder()
            .decode(
                pem.replace("-----BEGIN RSA PRIVATE KEY-----", "")
                    .replace("-----END RSA PRIVATE KEY-----", ""));
    // Version 0, rsaEncryption without parameters, then the key as an octet string of two length
    // bytes.
    var version = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");
    var pkcs8 =
        ByteBuffer.allocate(4 + version.length + 4 + pkcs1.length)
            .put(new byte[] {0x30, (byte) 0x82})
            .putShort((short) (version.length + 4 + pkcs1.length))
            .put(version)
            .put(new byte[] {0x04, (byte) 0x82})
            .putShort((short) pkcs1.length)
            .put(pkcs1)
            .array();
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
