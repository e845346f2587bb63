package io.nationtech.iot.agent.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** One agent a state directory: two would fight over the same containers. */
public final class DirectoryLock implements Closeable {
  private final FileChannel channel;

  /** A command that looks whether an agent runs holds the lock for less than this. */
  private static final Duration A_LOOK = Duration.ofMillis(50);

  private static final int TRIES = 20;

  /** Fails where another agent, in this process or another, has the directory; blocks. */
  public DirectoryLock(Path directory) throws IOException {
    channel = FileChannel.open(directory.resolve("lock"), CREATE, WRITE);
    boolean locked = locked(channel);
    for (int tries = 1; !locked && tries < TRIES; tries++) {
      LockSupport.parkNanos(A_LOOK.toNanos());
      locked = locked(channel);
    }
    if (!locked) {
      channel.close();
      throw new IOException("another iot-agent runs already, with state directory " + directory);
    }
  }

  /** Whether an agent has the directory just now; blocks. */
  public static boolean held(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory.resolve("lock"), WRITE)) {
      return !locked(channel);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Also done by the kernel, however the process ends. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
