package io.nationtech.iot.agent.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/** One agent a state directory: two would fight over the same containers. */
public final class DirectoryLock implements Closeable {
  private final FileChannel channel;

  /** Fails where another agent, in this process or another, has the directory; blocks. */
  public DirectoryLock(Path directory) throws IOException {
    channel = FileChannel.open(directory.resolve("lock"), CREATE, WRITE);
    if (!locked(channel)) {
      channel.close();
      throw new IOException("another iot-agent runs already, with state directory " + directory);
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
