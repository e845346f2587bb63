package io.nationtech.iot.callout.nats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** How NATS writes keys: a prefix, 32 bytes and a checksum, in base32. */
public final class Nkey {
  private static final int KEY_BYTES = 32;
  private static final int SEED = 18 << 3;

  /** Whose key it is. */
  public enum Kind {
    OPERATOR(14 << 3),
    ACCOUNT(0),
    USER(20 << 3),
    SERVER(13 << 3),
    CURVE(23 << 3);

    private final int prefix;

    Kind(int prefix) {
      this.prefix = prefix;
    }
  }

  private Nkey() {}

  /** The 32 bytes of a public key, empty where {@code text} is none of this kind. */
  public static Optional<byte[]> publicKey(Kind kind, String text) {
    var raw = checked(text);
    return raw.filter(bytes -> bytes.length == 1 + KEY_BYTES && (bytes[0] & 0xff) == kind.prefix)
        .map(bytes -> Arrays.copyOfRange(bytes, 1, bytes.length));
  }

  /** The 32 bytes of a seed, empty where {@code text} is none of this kind. */
  static Optional<byte[]> seed(Kind kind, String text) {
    var raw = checked(text);
    return raw.filter(
            bytes ->
                bytes.length == 2 + KEY_BYTES
                    && (bytes[0] & 0xff) == (SEED | (kind.prefix >> 5))
                    && (bytes[1] & 0xff) == ((kind.prefix & 31) << 3))
        .map(bytes -> Arrays.copyOfRange(bytes, 2, bytes.length));
  }

  static String publicText(Kind kind, byte[] key) {
    return text(ByteBuffer.allocate(1 + KEY_BYTES).put((byte) kind.prefix).put(key).array());
  }

  static String seedText(Kind kind, byte[] seed) {
    return text(
        ByteBuffer.allocate(2 + KEY_BYTES)
            .put((byte) (SEED | (kind.prefix >> 5)))
            .put((byte) ((kind.prefix & 31) << 3))
            .put(seed)
            .array());
  }

  private static String text(byte[] body) {
    return Base32.encode(
        ByteBuffer.allocate(body.length + 2)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(body)
            .putShort((short) checksum(body, body.length))
            .array());
  }

  private static Optional<byte[]> checked(String text) {
    byte[] raw;
    try {
      raw = Base32.decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int body = raw.length - 2;
    return body > 0
            && ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getShort(body)
                == (short) checksum(raw, body)
        ? Optional.of(Arrays.copyOf(raw, body))
        : Optional.empty();
  }

  /** CRC-16/XMODEM. */
  private static int checksum(byte[] bytes, int length) {
    int crc = 0;
    for (int i = 0; i < length; i++) {
      crc ^= (bytes[i] & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ 0x1021;
      }
    }
    return crc & 0xffff;
  }
}
