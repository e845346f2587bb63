package io.nationtech.iot.agent.identity;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** An RSA private key in PEM: PKCS#1, as Zitadel makes them, or PKCS#8, as openssl does. */
public final class PemKey {
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN (RSA )?PRIVATE KEY-----\\s*([A-Za-z0-9+/=\\s]+)"
              + "-----END (RSA )?PRIVATE KEY-----\\s*");

  /** Version 0 and the algorithm rsaEncryption: what PKCS#8 puts before a PKCS#1 key. */
  private static final byte[] PREFIX =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private PemKey() {}

  /** Fails with a message that holds nothing of the key. */
  public static PrivateKey read(String pem) throws GeneralSecurityException {
    var parts = PEM.matcher(pem);
    if (!parts.matches()) {
      throw new InvalidKeySpecException("not a private key in PEM, PKCS#1 or PKCS#8");
    }
    try {
      var der = Base64.getMimeDecoder().decode(parts.group(2));
      var spec = new PKCS8EncodedKeySpec(parts.group(1) == null ? der : wrapped(der));
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (IllegalArgumentException | InvalidKeySpecException e) {
      throw new InvalidKeySpecException("not an RSA private key");
    }
  }

  private static byte[] wrapped(byte[] key) {
    var content = new ByteArrayOutputStream();
    content.writeBytes(PREFIX);
    content.writeBytes(tagged(OCTET_STRING, key));
    return tagged(SEQUENCE, content.toByteArray());
  }

  /** DER: tag, length in two bytes, content; no RSA key is shorter than needs two, or longer. */
  private static byte[] tagged(int tag, byte[] content) {
    if (content.length > 0xffff) {
      throw new IllegalArgumentException("too long");
    }
    var bytes = new ByteArrayOutputStream();
    bytes.write(tag);
    bytes.write(0x82);
    bytes.write(content.length >> 8);
    bytes.write(content.length);
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }
}
