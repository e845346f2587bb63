package io.nationtech.iot.agent;

import io.nationtech.iot.platform.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An ext4 file system of some megabytes, in a file, mounted by a loop device: root only. */
final class SmallDisk implements AutoCloseable {
  private static final int LARGEST_WRITE = 1 << 20;

  private final Path mounted;
  private final Path filler;

  SmallDisk(Path directory, int megabytes) throws IOException {
    var image = directory.resolve("disk.img");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) megabytes << 20);
    }
    mounted = Files.createDirectory(directory.resolve("disk"));
    filler = mounted.resolve("filler");
    Command.run("mkfs.ext4", "-q", "-m", "0", image.toString());
    Command.run("mount", "-o", "loop", image.toString(), mounted.toString());
  }

  Path path() {
    return mounted;
  }

  /** Takes all but so many bytes. */
  void fillTo(long free) throws IOException {
    try (var channel =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int size = LARGEST_WRITE; size >= 1; size /= 4) {
        while (Files.getFileStore(mounted).getUsableSpace() >= free + size
            && wrote(channel, size)) {
          channel.force(true);
        }
      }
    }
  }

  private static boolean wrote(FileChannel channel, int size) {
    try {
      return channel.write(ByteBuffer.allocate(size)) == size;
    } catch (IOException full) {
      return false;
    }
  }

  void makeRoom() throws IOException {
    Files.delete(filler);
  }

  @Override
  public void close() {
    Command.run("umount", "-l", mounted.toString());
  }
}
