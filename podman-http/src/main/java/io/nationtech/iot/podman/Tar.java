package io.nationtech.iot.podman;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;

/** Files as a tar archive; each has its path in an extended header, so that it may be long. */
final class Tar {
  private static final int BLOCK = 512;
  private static final byte FILE = '0';
  private static final byte EXTENDED = 'x';

  private Tar() {}

  static Buffer of(List<FileContent> files) {
    var tar = Buffer.buffer();
    for (var file : files) {
      entry(tar, EXTENDED, 0, path(file.path().substring(1)).getBytes(UTF_8));
      entry(tar, FILE, file.mode(), file.content().getBytes(UTF_8));
    }
    return tar.appendBytes(new byte[2 * BLOCK]);
  }

  /** A record begins with its own length, the digits of the length included. */
  private static String path(String path) {
    var record = " path=" + path + "\n";
    int bytes = record.getBytes(UTF_8).length;
    int length = bytes + String.valueOf(bytes).length();
    return (bytes + String.valueOf(length).length()) + record;
  }

  private static void entry(Buffer tar, byte type, int mode, byte[] content) {
    var header = Buffer.buffer(new byte[BLOCK]);
    header.setString(0, "file");
    header.setString(100, octal(mode, 7));
    header.setString(108, octal(0, 7)).setString(116, octal(0, 7));
    header.setString(124, octal(content.length, 11)).setString(136, octal(0, 11));
    header.setString(148, " ".repeat(8)).setByte(156, type);
    header.setString(257, "ustar").setString(263, "00");
    int sum = 0;
    for (byte each : header.getBytes()) {
      sum += each & 0xff;
    }
    header.setString(148, octal(sum, 6)).setByte(154, (byte) 0);
    tar.appendBuffer(header).appendBytes(content);
    tar.appendBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static String octal(int number, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", number);
  }
}
