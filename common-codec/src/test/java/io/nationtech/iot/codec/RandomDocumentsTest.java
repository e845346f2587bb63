package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * No input makes a decoder throw anything but its one declared exception; the seed is fixed and
 * printed.
 */
class RandomDocumentsTest {
  private static final long SEED = 20_261_124;
  private static final int DOCUMENTS = 100_000;
  private static final String DAMAGE = " \"{}[],:0123456789.eE-nulltruefalseabcXYZ\\\u00ff";

  @Test
  void mutatedDocumentsAreDecodedOrRefused() throws Exception {
    var random = new Random(SEED);
    byte[][] seeds = {GoldenFilesTest.bytes("desired"), GoldenFilesTest.bytes("reported")};
    int decoded = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      var input = mutate(seeds[i % 2].clone(), random);
      decoded += i % 2 == 0 ? desired(input) : reported(input);
    }
    System.out.printf("seed %d: %d of %d mutated documents decoded%n", SEED, decoded, DOCUMENTS);
    assertTrue(decoded > DOCUMENTS / 100, "mutations so wild that they test only the JSON parser");
  }

  @Test
  void randomBytesAreRefused() {
    var random = new Random(SEED);
    for (int i = 0; i < DOCUMENTS; i++) {
      var input = new byte[random.nextInt(64)];
      random.nextBytes(input);
      assertEquals(0, desired(input) + reported(input));
    }
  }

  /** Whatever decodes says the same after it was written and read again. */
  private static int desired(byte[] input) {
    try {
      var document = DesiredDocument.decode(GoldenFilesTest.PI, input);
      var wire = document.encode();
      assertEquals(wire, DesiredDocument.decode(document.device(), utf8(wire)).encode());
      return 1;
    } catch (MalformedDocumentException expected) {
      return 0;
    }
  }

  private static int reported(byte[] input) {
    try {
      var document = ReportedDocument.decode(GoldenFilesTest.PI, input);
      assertEquals(document, ReportedDocument.decode(document.device(), utf8(document.encode())));
      return 1;
    } catch (MalformedDocumentException expected) {
      return 0;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One to three small damages: a byte changed, a stretch cut out, a stretch doubled. */
  private static byte[] mutate(byte[] bytes, Random random) {
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(1 + random.nextInt(24), bytes.length - at);
      switch (random.nextInt(4)) {
        case 0, 1 -> bytes[at] = (byte) DAMAGE.charAt(random.nextInt(DAMAGE.length()));
        case 2 -> bytes = splice(bytes, at, 0, length);
        default -> bytes = splice(bytes, at, 2, length);
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int at, int copies, int length) {
    var result = new byte[bytes.length + (copies - 1) * length];
    System.arraycopy(bytes, 0, result, 0, at);
    for (int i = 0; i < copies; i++) {
      System.arraycopy(bytes, at, result, at + i * length, length);
    }
    int rest = at + length;
    System.arraycopy(bytes, rest, result, at + copies * length, bytes.length - rest);
    return result.length == 0 ? new byte[] {'x'} : result;
  }
}
