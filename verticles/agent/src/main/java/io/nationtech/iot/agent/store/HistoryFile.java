package io.nationtech.iot.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;

import io.nationtech.iot.agent.status.HistoryEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last some thousand lines of the journal, which on many devices does not outlive a reboot: two
 * files of bounded size, the older of which goes when the newer is full. Blocks.
 */
public final class HistoryFile {
  static final long LARGEST = 256 * 1024;

  private final Path newer;
  private final Path older;

  public HistoryFile(Path directory) {
    this.newer = directory.resolve("history.jsonl");
    this.older = directory.resolve("history.old.jsonl");
  }

  /** Adds a line that a power cut after the return of this does not take away. */
  public void add(HistoryEntry entry) throws IOException {
    if (Files.exists(newer) && Files.size(newer) > LARGEST) {
      Files.move(newer, older, ATOMIC_MOVE);
    }
    if (!Files.exists(newer)) {
      Files.createFile(newer, DurableFile.OWNER_ONLY);
    }
    try (var channel = FileChannel.open(newer, APPEND)) {
      // A line that the power was lost over, or the disk was too full for, has no end of its own.
      var bytes = ByteBuffer.wrap((lineBreak() + entry.encode() + "\n").getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
  }

  /** The oldest first; what can't be read is left out. */
  public List<HistoryEntry> read() throws IOException {
    try (var before = lines(older);
        var now = lines(newer)) {
      return Stream.concat(before, now)
          .map(HistoryEntry::decode)
          .flatMap(Optional::stream)
          .toList();
    }
  }

  private String lineBreak() throws IOException {
    try (var channel = FileChannel.open(newer)) {
      var last = ByteBuffer.allocate(1);
      return channel.size() == 0
              || channel.read(last, channel.size() - 1) == 1 && last.get(0) == '\n'
          ? ""
          : "\n";
    }
  }

  private static Stream<String> lines(Path file) throws IOException {
    return Files.exists(file)
        ? new String(Files.readAllBytes(file), UTF_8).lines()
        : Stream.empty();
  }
}
