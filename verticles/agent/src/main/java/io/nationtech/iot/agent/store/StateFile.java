package io.nationtech.iot.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;

import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Store;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's memory in one file that survives a power cut at any moment: written beside it,
 * synced, renamed over it, with a checksum in its first line; the copy before is kept.
 */
public final class StateFile implements Store {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final DeviceId device;
  private final Path file;
  private final WorkerExecutor worker;
  private final FileChannel lock;
  private @Nullable Memory waiting;
  private boolean writing;

  /** Blocks while it makes the directory. */
  public StateFile(Vertx vertx, Path directory, DeviceId device) throws IOException {
    this.device = device;
    this.file = directory.resolve("state.json");
    this.worker = vertx.createSharedWorkerExecutor("state-file", 1);
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    this.lock = lock(directory);
  }

  /** Two agents on one directory would fight over the same containers. */
  private static FileChannel lock(Path directory) throws IOException {
    var channel = FileChannel.open(directory.resolve("lock"), CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // held by this very process
    }
    channel.close();
    throw new IOException("another iot-agent runs already, with state directory " + directory);
  }

  /** Lets another agent have the directory; what was to be saved before is saved. */
  public Future<Void> close() {
    return worker
        .executeBlocking(
            () -> {
              lock.close();
              return true;
            })
        .eventually(worker::close)
        .mapEmpty();
  }

  /**
   * What was kept last, {@link Memory#NONE} where there is nothing that can be read. Blocks: called
   * once, before the loop starts.
   */
  public Memory load() {
    try {
      return read(file);
    } catch (NoSuchFileException e) {
      return Memory.NONE;
    } catch (IOException | MalformedDocumentException e) {
      return loadPrevious(e);
    }
  }

  private Memory loadPrevious(Exception damage) {
    try {
      var memory = read(previous());
      log.warn("{} is damaged ({}): using the copy before it", file, damage.getMessage());
      return memory;
    } catch (IOException | MalformedDocumentException e) {
      log.error(
          "{} is damaged ({}) and so is the copy before it: what runs goes on, and NATS will tell"
              + " what must run",
          file,
          damage.getMessage());
      return Memory.NONE;
    }
  }

  @Override
  public void save(Memory memory) {
    waiting = memory;
    if (!writing) {
      writeNext();
    }
  }

  private void writeNext() {
    var memory = waiting;
    waiting = null;
    writing = memory != null;
    if (memory != null) {
      worker
          .executeBlocking(
              () -> {
                write(memory);
                return true;
              })
          .onFailure(e -> log.warn("{} can't be written: {}", file, e.toString()))
          .onComplete(done -> writeNext());
    }
  }

  private Memory read(Path from) throws IOException, MalformedDocumentException {
    var text = Files.readString(from);
    int line = text.indexOf('\n');
    var body = text.substring(line + 1);
    if (line < 0 || !text.substring(0, line).equals(checksum(body))) {
      throw new MalformedDocumentException("its checksum is wrong");
    }
    return MemoryJson.decode(device, body);
  }

  private void write(Memory memory) throws IOException {
    var body = MemoryJson.encode(memory);
    var next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(next, OWNER_ONLY);
    try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap((checksum(body) + "\n" + body).getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    if (Files.exists(file)) {
      // A second name for the old file: at no moment is there none under the first.
      Files.deleteIfExists(previous());
      Files.createLink(previous(), file);
    }
    Files.move(next, file, ATOMIC_MOVE);
    try (var directory = FileChannel.open(file.getParent(), EnumSet.of(StandardOpenOption.READ))) {
      directory.force(true);
    }
  }

  private Path previous() {
    return file.resolveSibling(file.getFileName() + ".previous");
  }

  private static String checksum(String body) {
    var crc = new CRC32C();
    crc.update(body.getBytes(UTF_8));
    return "crc32c " + Long.toHexString(crc.getValue());
  }
}
