package io.nationtech.iot.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.agent.identity.ServiceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Keys of service accounts, in each form they come in. */
public final class TestKeys {
  /** What PKCS#8 puts before the PKCS#1 form of an RSA key of 2048 bits or more. */
  private static final int PKCS8_HEADER = 26;

  private TestKeys() {}

  public static KeyPair pair(int bits) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String pkcs8(KeyPair pair) {
    return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  public static String pkcs1(KeyPair pair) {
    var encoded = pair.getPrivate().getEncoded();
    return pem("RSA PRIVATE KEY", Arrays.copyOfRange(encoded, PKCS8_HEADER, encoded.length));
  }

  private static String pem(String name, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            name, Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der), name);
  }

  public static ServiceKey serviceKey(KeyPair pair) {
    return new ServiceKey("7", "4009", pair.getPrivate(), Optional.empty());
  }

  /** A key file's text, as Zitadel hands it out. */
  public static String keyFile(String pem) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "serviceaccount")
        .put("keyId", "7")
        .put("key", pem)
        .put("expirationDate", "2029-01-01T00:00:00Z")
        .put("userId", "4009")
        .toString();
  }

  /** Writes a file that nobody else can read. */
  public static Path secret(Path file, String text) throws IOException {
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
