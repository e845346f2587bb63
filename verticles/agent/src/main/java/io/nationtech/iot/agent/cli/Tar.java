package io.nationtech.iot.agent.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;

/** Files in one, as tar reads them (POSIX ustar). */
final class Tar {
  private static final int BLOCK = 512;
  private static final int NAME = 0;
  private static final int MODE = 100;
  private static final int OWNER = 108;
  private static final int GROUP = 116;
  private static final int SIZE = 124;
  private static final int TIME = 136;
  private static final int CHECKSUM = 148;
  private static final int TYPE = 156;
  private static final int MAGIC = 257;

  private final OutputStream out;
  private final Instant time;

  Tar(OutputStream out, Instant time) {
    this.out = out;
    this.time = time;
  }

  /** {@code name}: at most 100 characters of ASCII. */
  void add(String name, String text) throws IOException {
    var bytes = text.getBytes(UTF_8);
    out.write(header(name, bytes.length));
    out.write(bytes);
    out.write(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
  }

  void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  private byte[] header(String name, long size) {
    var header = new byte[BLOCK];
    put(header, NAME, name);
    put(header, MODE, "0000600\0");
    put(header, OWNER, "0000000\0");
    put(header, GROUP, "0000000\0");
    put(header, SIZE, "%011o\0".formatted(size));
    put(header, TIME, "%011o\0".formatted(Math.max(0, time.getEpochSecond())));
    put(header, TYPE, "0");
    put(header, MAGIC, "ustar\00000");
    // The sum is made with blanks in its own place.
    Arrays.fill(header, CHECKSUM, CHECKSUM + 8, (byte) ' ');
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, CHECKSUM, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    var bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
