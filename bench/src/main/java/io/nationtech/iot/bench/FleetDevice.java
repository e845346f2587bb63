package io.nationtech.iot.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nationtech.iot.codec.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One device of a {@link Fleet}: signs in, subscribes as an agent does, and answers pings. */
final class FleetDevice {
  /** As long as an agent waits for a connection. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final byte[] PONG = Fleet.bytes("PONG\r\n");

  /** What a device found out. */
  enum Event {
    NOTHING,
    REACHED,
    IN,
    GONE,
    TIMED_OUT,
    REFUSED
  }

  private enum Stage {
    OUT,
    CONNECTING,
    GREETED,
    ASKING,
    IN
  }

  private final byte[] greeting;
  private final byte[] subscriptions;
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private Stage stage = Stage.OUT;
  private int attempt;
  private long began;
  private int failures;

  /** {@code credentials}: the fields of CONNECT that say who this is. */
  FleetDevice(String id, String credentials) {
    this.greeting =
        Fleet.bytes(
            "CONNECT {%s,\"verbose\":false,\"pedantic\":false,\"headers\":true,\"protocol\":1,\"lang\":\"raw\",\"version\":\"0\"}\r\nPING\r\n"
                .formatted(credentials));
    this.subscriptions =
        Fleet.bytes(
            "SUB %s 1\r\nSUB %s.> 2\r\n".formatted(Wire.desiredFeed(id), Wire.inboxPrefix(id)));
  }

  boolean in() {
    return stage == Stage.IN;
  }

  boolean trying() {
    return stage != Stage.OUT && stage != Stage.IN;
  }

  /** Grows with every try. */
  int attempt() {
    return attempt;
  }

  void connect(Selector selector, InetSocketAddress address) throws IOException {
    stage = Stage.CONNECTING;
    began = System.nanoTime();
    var opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    // Hangs up at once: thousands of sockets waiting for their last packets are no use to anyone.
    opened.setOption(StandardSocketOptions.SO_LINGER, 0);
    key = opened.register(selector, SelectionKey.OP_CONNECT, this);
    if (opened.connect(address)) {
      connected();
    }
  }

  /** Takes what has come. */
  Event proceed(ByteBuffer buffer) throws IOException {
    var open = channel;
    if (open == null) {
      return Event.NOTHING;
    }
    if (stage == Stage.CONNECTING) {
      if (open.finishConnect()) {
        connected();
      }
      return Event.NOTHING;
    }
    buffer.clear();
    if (open.read(buffer) < 0) {
      return Event.GONE;
    }
    return heard(new String(buffer.array(), 0, buffer.position(), ISO_8859_1), open);
  }

  private void connected() {
    stage = Stage.GREETED;
    Objects.requireNonNull(key).interestOps(SelectionKey.OP_READ);
  }

  private Event heard(String text, SocketChannel open) throws IOException {
    if (text.contains("-ERR")) {
      return text.contains("Timeout") ? Event.TIMED_OUT : Event.REFUSED;
    }
    if (text.contains("PING\r\n")) {
      open.write(ByteBuffer.wrap(PONG));
    }
    if (stage == Stage.GREETED && text.endsWith("\r\n")) {
      stage = Stage.ASKING;
      open.write(ByteBuffer.wrap(greeting));
      return Event.REACHED;
    }
    if (stage == Stage.ASKING && text.contains("PONG\r\n")) {
      stage = Stage.IN;
      failures = 0;
      open.write(ByteBuffer.wrap(subscriptions));
      return Event.IN;
    }
    return Event.NOTHING;
  }

  /**
   * How long until this try counts as failed: jnats does not notice that a login was refused, and
   * waits for the rest of its patience.
   */
  Duration unnoticed() {
    return stage == Stage.ASKING ? PATIENCE.minusNanos(System.nanoTime() - began) : Duration.ZERO;
  }

  /** Ends this try, or the connection; how many failed in a row: none where it was connected. */
  int failed() {
    failures = stage == Stage.IN ? 0 : failures + 1;
    hangUp();
    return failures;
  }

  void hangUp() {
    attempt++;
    stage = Stage.OUT;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      channel = null;
    }
  }
}
