package io.nationtech.iot.platform.power;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.nationtech.iot.platform.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds a file system, as a block device does. */
record Disk(Path image) {
  /** FS_IOC_SHUTDOWN of linux/fs.h: from now on nothing reaches the disk, the journal neither. */
  private static final long SHUTDOWN = 0x8004587dL;

  private static final int WITHOUT_FLUSHING_THE_LOG = 2;
  private static final int VARIADIC_FROM = 2;

  /** An empty ext4. */
  static Disk make(Path image, String size) {
    Command.run("truncate", "-s", size, image.toString());
    Command.run(
        "mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image.toString());
    return new Disk(image);
  }

  Disk copy(Path to) {
    Command.run("cp", "--sparse=always", image.toString(), to.toString());
    return new Disk(to);
  }

  void delete() {
    try {
      Files.deleteIfExists(image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the file system at {@code mounted} as it stands on its disk in this very moment. */
  static void freeze(Path mounted) {
    var open = libc("open", false, JAVA_INT, ADDRESS, JAVA_INT);
    var ioctl = libc("ioctl", true, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    var close = libc("close", false, JAVA_INT, JAVA_INT);
    try (var arena = Arena.ofConfined()) {
      int directory = (int) open.invokeExact(arena.allocateFrom(mounted.toString()), 0);
      var how = arena.allocateFrom(JAVA_INT, WITHOUT_FLUSHING_THE_LOG);
      int stopped = (int) ioctl.invokeExact(directory, SHUTDOWN, (MemorySegment) how);
      int closed = (int) close.invokeExact(directory);
      if (directory < 0 || stopped != 0 || closed != 0) {
        throw new IllegalStateException("the file system at " + mounted + " can't be stopped");
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle libc(
      String name, boolean variadic, MemoryLayout result, MemoryLayout... arguments) {
    var linker = Linker.nativeLinker();
    var options =
        variadic
            ? new Linker.Option[] {Linker.Option.firstVariadicArg(VARIADIC_FROM)}
            : new Linker.Option[0];
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(result, arguments),
        options);
  }
}
