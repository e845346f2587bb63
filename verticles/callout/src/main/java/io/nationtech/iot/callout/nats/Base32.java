package io.nationtech.iot.callout.nats;

import java.util.Arrays;

/** RFC 4648 without padding, as nkeys are written. */
final class Base32 {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;

  private Base32() {}

  static String encode(byte[] bytes) {
    var text = new StringBuilder((bytes.length * 8 + BITS - 1) / BITS);
    int buffer = 0;
    int held = 0;
    for (byte b : bytes) {
      buffer = (buffer << 8) | (b & 0xff);
      held += 8;
      while (held >= BITS) {
        held -= BITS;
        text.append(ALPHABET.charAt((buffer >> held) & 31));
      }
    }
    if (held > 0) {
      text.append(ALPHABET.charAt((buffer << (BITS - held)) & 31));
    }
    return text.toString();
  }

  /** Throws IllegalArgumentException where {@code text} is not exactly what encoding gives. */
  static byte[] decode(String text) {
    var bytes = new byte[text.length() * BITS / 8];
    int buffer = 0;
    int held = 0;
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      int value = ALPHABET.indexOf(text.charAt(i));
      if (value < 0) {
        throw new IllegalArgumentException("not base32");
      }
      buffer = (buffer << BITS) | value;
      held += BITS;
      if (held >= 8) {
        held -= 8;
        bytes[at++] = (byte) (buffer >> held);
      }
    }
    if (!encode(bytes).equals(text)) {
      Arrays.fill(bytes, (byte) 0);
      throw new IllegalArgumentException("not base32");
    }
    return bytes;
  }
}
