package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** What is almost a message. */
final class Mutants {
  private Mutants() {}

  /** As text, and not the same. */
  static String different(String text, Random random) {
    while (true) {
      var mutant = new String(mutated(text.getBytes(US_ASCII), random), US_ASCII);
      if (!mutant.equals(text)) {
        return mutant;
      }
    }
  }

  /** One to four changes: another byte, one more, one less, a piece cut, a piece twice. */
  static byte[] mutated(byte[] bytes, Random random) {
    var mutant = bytes;
    for (int changes = 1 + random.nextInt(4); changes > 0 && mutant.length > 2; changes--) {
      int at = random.nextInt(mutant.length);
      int to = Math.min(mutant.length, at + 1 + random.nextInt(40));
      mutant =
          switch (random.nextInt(6)) {
            case 0 -> spliced(mutant, at, at + 1, random.nextInt(128));
            case 1 -> spliced(mutant, at, at + 1, mutant[at] ^ (1 << random.nextInt(7)));
            case 2 -> spliced(mutant, at, at, 32 + random.nextInt(95));
            case 3 -> spliced(mutant, at, at + 1);
            case 4 -> spliced(mutant, at, to);
            default -> spliced(mutant, at, at, mutant, at, to);
          };
    }
    return Arrays.equals(mutant, bytes) ? spliced(bytes, 0, 1) : mutant;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, int... middle) {
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    for (int one : middle) {
      out.write(one);
    }
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] source, int at, int end) {
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.write(source, at, end - at);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
