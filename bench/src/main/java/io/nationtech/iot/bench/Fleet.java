package io.nationtech.iot.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Devices that hold one connection each, on raw sockets and in one thread, so that it is the
 * servers that are measured. They come back as jnats does under an agent: the first try at once,
 * then after {@code waits} of the tries that failed in a row.
 */
final class Fleet implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** A try of a device that has come and gone since is no longer its own. */
  private record Due(long nanos, FleetDevice device, int attempt) {}

  private final InetSocketAddress address;
  private final IntFunction<Duration> waits;
  private final Selector selector = Selector.open();
  private final List<FleetDevice> devices;
  private final PriorityQueue<Due> due =
      new PriorityQueue<>((one, other) -> Long.compare(one.nanos(), other.nanos()));
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final Thread thread = new Thread(this::run, "fleet");
  private final List<Long> arrivals = new ArrayList<>();
  private int in;
  private int timedOut;
  private int refused;
  private long reachedNanos;
  private volatile Count count = Count.NONE;
  private volatile boolean closed;
  private volatile @Nullable Exception fault;

  /**
   * What came of it since the last {@link #forget}.
   *
   * @param in devices that are connected
   * @param timedOut logins that the server had no time for
   * @param refused logins that it said no to
   */
  record Count(int in, int timedOut, int refused) {
    static final Count NONE = new Count(0, 0, 0);
  }

  /** {@code waits}: how long after so many failures in a row. */
  Fleet(String url, List<FleetDevice> devices, IntFunction<Duration> waits) throws IOException {
    var uri = URI.create(url);
    this.address = new InetSocketAddress(uri.getHost(), uri.getPort());
    this.devices = devices;
    this.waits = waits;
  }

  /** Begins to connect all, {@code apart} from each other. */
  void start(Duration apart) {
    long at = System.nanoTime();
    for (var device : devices) {
      due.add(new Due(at, device, device.attempt()));
      at += apart.toNanos();
    }
    thread.start();
  }

  Count count() throws IOException {
    if (fault != null) {
      throw new IOException(fault);
    }
    return count;
  }

  /** Counts anew from here on. */
  void forget() {
    synchronized (arrivals) {
      arrivals.clear();
      timedOut = 0;
      refused = 0;
      reachedNanos = 0;
    }
  }

  /** When each came in, sorted, in seconds since the server could be reached again. */
  List<Double> arrivals() {
    synchronized (arrivals) {
      return arrivals.stream().map(nanos -> (nanos - reachedNanos) / 1e9).toList();
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::ready, 10);
        long now = System.nanoTime();
        while (!due.isEmpty() && due.peek().nanos() <= now) {
          arrived(due.poll());
        }
        synchronized (arrivals) {
          count = new Count(in, timedOut, refused);
        }
      }
    } catch (IOException | RuntimeException e) {
      fault = e;
    }
  }

  /** Time for a try, or for one that was begun to have succeeded. */
  private void arrived(Due entry) {
    var device = entry.device();
    if (device.attempt() != entry.attempt() || device.in()) {
      return;
    }
    if (device.trying()) {
      synchronized (arrivals) {
        timedOut++;
      }
      failed(device);
    } else {
      try {
        device.connect(selector, address);
        due.add(
            new Due(System.nanoTime() + FleetDevice.PATIENCE.toNanos(), device, device.attempt()));
      } catch (IOException e) {
        failed(device);
      }
    }
  }

  private void ready(SelectionKey key) {
    var device = (FleetDevice) key.attachment();
    boolean was = device.in();
    try {
      told(device, device.proceed(buffer), was);
    } catch (IOException e) {
      told(device, FleetDevice.Event.GONE, was);
    }
  }

  private void told(FleetDevice device, FleetDevice.Event event, boolean was) {
    synchronized (arrivals) {
      switch (event) {
        case NOTHING -> {}
        case REACHED -> reachedNanos = reachedNanos == 0 ? System.nanoTime() : reachedNanos;
        case IN -> {
          in++;
          arrivals.add(System.nanoTime());
        }
        case GONE -> in -= was ? 1 : 0;
        case TIMED_OUT -> timedOut++;
        case REFUSED -> refused++;
      }
    }
    switch (event) {
      case NOTHING, REACHED, IN -> {}
      case GONE, TIMED_OUT, REFUSED -> failed(device);
    }
  }

  private void failed(FleetDevice device) {
    var unnoticed = device.unnoticed();
    int failures = device.failed();
    var wait = failures == 0 ? Duration.ZERO : unnoticed.plus(waits.apply(failures));
    due.add(new Due(System.nanoTime() + wait.toNanos(), device, device.attempt()));
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
      for (var device : devices) {
        device.hangUp();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
