package io.nationtech.iot.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that sign in and hang up, with nothing of a client library: read INFO, send CONNECT and
 * PING in one write, wait for PONG. Otherwise it is the client that is measured.
 */
final class Logins {
  private static final int BUFFER_BYTES = 8192;

  private final InetSocketAddress address;
  private final List<byte[]> greetings;

  /** {@code connects}: the CONNECT of each client, a JSON object. */
  Logins(String url, List<String> connects) {
    var uri = URI.create(url);
    this.address = new InetSocketAddress(uri.getHost(), uri.getPort());
    this.greetings =
        connects.stream()
            .map(connect -> ("CONNECT " + connect + "\r\nPING\r\n").getBytes(UTF_8))
            .toList();
  }

  /** What came of a round: milliseconds of each login, and how long all took. */
  record Round(List<Double> milliseconds, Duration took, int refused) {
    double perSecond() {
      return milliseconds.size() / (took.toNanos() / 1e9);
    }

    double percentile(double share) {
      var sorted = milliseconds.stream().sorted().toList();
      return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share)));
    }
  }

  /** Every client signs in once, {@code atOnce} of them at a time. */
  Round run(int atOnce) {
    var next = new AtomicInteger();
    var refused = new AtomicInteger();
    long began = System.nanoTime();
    var all = new ArrayList<Double>();
    try (var pool = Executors.newFixedThreadPool(atOnce)) {
      Callable<List<Double>> worker = () -> work(next, refused);
      var running = new ArrayList<Future<List<Double>>>();
      for (int i = 0; i < atOnce; i++) {
        running.add(pool.submit(worker));
      }
      for (var one : running) {
        all.addAll(one.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new Round(all, Duration.ofNanos(System.nanoTime() - began), refused.get());
  }

  private List<Double> work(AtomicInteger next, AtomicInteger refused) {
    var milliseconds = new ArrayList<Double>();
    var buffer = new byte[BUFFER_BYTES];
    for (int i = next.getAndIncrement(); i < greetings.size(); i = next.getAndIncrement()) {
      long began = System.nanoTime();
      if (signsIn(greetings.get(i), buffer)) {
        milliseconds.add((System.nanoTime() - began) / 1e6);
      } else {
        refused.incrementAndGet();
      }
    }
    return milliseconds;
  }

  private boolean signsIn(byte[] greeting, byte[] buffer) {
    try (var socket = new Socket()) {
      socket.setTcpNoDelay(true);
      // Hangs up at once: thousands of sockets waiting for their last packets are no use to anyone.
      socket.setSoLinger(true, 0);
      socket.connect(address);
      var in = socket.getInputStream();
      lastByteOfLine(in, buffer);
      socket.getOutputStream().write(greeting);
      int read = lastByteOfLine(in, buffer);
      return read > 0 && buffer[0] == 'P';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until a line ends; how many bytes came. */
  private static int lastByteOfLine(InputStream in, byte[] buffer) throws IOException {
    int length = 0;
    while (length < buffer.length) {
      int read = in.read(buffer, length, buffer.length - length);
      if (read < 0) {
        return length;
      }
      length += read;
      if (buffer[length - 1] == '\n') {
        return length;
      }
    }
    return length;
  }
}
