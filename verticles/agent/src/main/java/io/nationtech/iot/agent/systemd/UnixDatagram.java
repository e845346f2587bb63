package io.nationtech.iot.agent.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Sends datagrams to one Unix socket of Linux, by libc: the JDK has streams only. */
final class UnixDatagram implements Closeable {
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int LONGEST_ADDRESS = 107;

  private final MethodHandle sendto =
      libc("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private final MethodHandle close = libc("close", JAVA_INT, JAVA_INT);
  private final Arena arena = Arena.ofShared();
  private final MemorySegment address;
  private final int socket;

  /** {@code address}: a path, or {@code @} and a name of the abstract kind. */
  UnixDatagram(String address) {
    var name = address.getBytes(UTF_8);
    if (name.length == 0 || name.length > LONGEST_ADDRESS) {
      throw new IllegalArgumentException("not the address of a Unix socket");
    }
    boolean isAbstract = name[0] == '@';
    if (isAbstract) {
      name[0] = 0;
    }
    // A path ends with a zero byte, an abstract name with the address.
    this.address = arena.allocate(Short.BYTES + name.length + (isAbstract ? 0 : 1));
    this.address.set(JAVA_SHORT, 0, AF_UNIX);
    MemorySegment.copy(name, 0, this.address, JAVA_BYTE, Short.BYTES, name.length);
    this.socket = socket();
  }

  /** Whether the receiver has it; never waits for one that is slow. */
  boolean send(String text) {
    var bytes = text.getBytes(UTF_8);
    try (var call = Arena.ofConfined()) {
      var buffer = call.allocateFrom(JAVA_BYTE, bytes);
      long sent =
          (long)
              sendto.invokeExact(
                  socket,
                  buffer,
                  (long) bytes.length,
                  MSG_DONTWAIT | MSG_NOSIGNAL,
                  address,
                  (int) address.byteSize());
      return sent == bytes.length;
    } catch (Throwable e) {
      throw undeclared(e);
    }
  }

  @Override
  public void close() {
    try {
      int closed = (int) close.invokeExact(socket);
      arena.close();
      assert closed == 0;
    } catch (Throwable e) {
      throw undeclared(e);
    }
  }

  private static int socket() {
    try {
      return (int)
          libc("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)
              .invokeExact((int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    } catch (Throwable e) {
      throw undeclared(e);
    }
  }

  private static MethodHandle libc(String name, MemoryLayout result, MemoryLayout... arguments) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  /** What a method handle declares; a function of libc throws nothing. */
  private static IllegalStateException undeclared(Throwable e) {
    return new IllegalStateException("a call to libc failed", e);
  }
}
