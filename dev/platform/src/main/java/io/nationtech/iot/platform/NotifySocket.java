package io.nationtech.iot.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service manager's end of {@code NOTIFY_SOCKET}: a real datagram socket, and all that came. */
public final class NotifySocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SHUT_RDWR = 2;
  private static final int LARGEST = 4096;

  private final Arena arena = Arena.ofShared();
  private final int socket;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader = new Thread(this::read, "notify-socket");
  private volatile boolean closed;

  /** {@code address}: a path, or {@code @} and a name of the abstract kind. */
  public NotifySocket(String address) {
    this(address, true);
  }

  /** One that is there, and never reads. */
  public static NotifySocket deaf(String address) {
    return new NotifySocket(address, false);
  }

  private NotifySocket(String address, boolean reading) {
    socket = call("socket", AF_UNIX, SOCK_DGRAM, 0);
    var name = address.getBytes(UTF_8);
    boolean isAbstract = name[0] == '@';
    var bound = arena.allocate(2 + name.length + (isAbstract ? 0 : 1));
    bound.set(JAVA_SHORT, 0, (short) AF_UNIX);
    for (int i = isAbstract ? 1 : 0; i < name.length; i++) {
      bound.set(JAVA_BYTE, 2 + i, name[i]);
    }
    try {
      int result =
          (int)
              libc("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)
                  .invokeExact(socket, bound, (int) bound.byteSize());
      if (result != 0) {
        throw new IllegalStateException("can't bind " + address);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    reader.setDaemon(true);
    if (reading) {
      reader.start();
    }
  }

  /** Waits until a line is {@code line}; false where it does not come in time. */
  public boolean await(String line, Duration most) throws InterruptedException {
    synchronized (lines) {
      long until = System.nanoTime() + most.toNanos();
      while (!lines.contains(line)) {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        lines.wait(left);
      }
      return true;
    }
  }

  /** Every line of every datagram so far, in the order they came. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  public long count(String start) {
    return lines.stream().filter(line -> line.startsWith(start)).count();
  }

  /** The last of the lines that begin with {@code STATUS=}, without that; empty where none came. */
  public String status() {
    return lines.stream()
        .filter(line -> line.startsWith("STATUS="))
        .reduce("", (before, line) -> line.substring("STATUS=".length()));
  }

  @Override
  public void close() {
    closed = true;
    call("shutdown", socket, SHUT_RDWR, 0);
    call("close", socket, 0, 0);
  }

  private void read() {
    var recv = libc("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    var buffer = arena.allocate(LARGEST);
    while (!closed) {
      try {
        long length = (long) recv.invokeExact(socket, buffer, (long) LARGEST, 0);
        if (length <= 0) {
          return;
        }
        var bytes = buffer.asSlice(0, length).toArray(JAVA_BYTE);
        synchronized (lines) {
          lines.addAll(List.of(new String(bytes, UTF_8).split("\n")));
          lines.notifyAll();
        }
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static int call(String name, int first, int second, int third) {
    try {
      return (int)
          libc(name, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT).invokeExact(first, second, third);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle libc(String name, MemoryLayout result, MemoryLayout... arguments) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }
}
