package io.nationtech.iot.agent.store;

import static java.nio.file.StandardOpenOption.CREATE;

import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Store;
import io.nationtech.iot.codec.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's memory in one file that survives a power cut at any moment. */
public final class StateFile implements Store {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  private final DeviceId device;
  private final DurableFile file;
  private final WorkerExecutor worker;
  private final FileChannel lock;
  private @Nullable Memory waiting;
  private boolean writing;

  /** Blocks while it makes the directory. */
  public StateFile(Vertx vertx, Path directory, DeviceId device) throws IOException {
    this.device = device;
    this.file = new DurableFile(directory.resolve("state.json"));
    this.worker = vertx.createSharedWorkerExecutor("state-file", 1);
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
    return file.load(text -> MemoryJson.decode(device, text)).orElse(Memory.NONE);
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
                file.save(MemoryJson.encode(memory));
                return true;
              })
          .onFailure(e -> log.warn("{} can't be written: {}", file, e.toString()))
          .onComplete(done -> writeNext());
    }
  }
}
