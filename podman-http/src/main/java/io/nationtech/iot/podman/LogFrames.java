package io.nationtech.iot.podman;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/**
 * Cuts podman's log stream into frames: one byte for the stream, three zeroes, the length in big
 * endian, the text.
 */
final class LogFrames implements Handler<Buffer> {
  private static final int HEADER = 8;

  private final Handler<LogLine> lines;
  private Buffer rest = Buffer.buffer();

  LogFrames(Handler<LogLine> lines) {
    this.lines = lines;
  }

  @Override
  public void handle(Buffer chunk) {
    rest.appendBuffer(chunk);
    int at = 0;
    while (rest.length() - at >= HEADER) {
      int end = at + HEADER + Math.toIntExact(rest.getUnsignedInt(at + 4));
      if (end > rest.length()) {
        break;
      }
      lines.handle(new LogLine(rest.getByte(at) == 2, rest.getString(at + HEADER, end)));
      at = end;
    }
    rest = rest.getBuffer(at, rest.length());
  }
}
