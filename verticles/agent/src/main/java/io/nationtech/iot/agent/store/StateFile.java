package io.nationtech.iot.agent.store;

import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Store;
import io.nationtech.iot.codec.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's memory in one file that survives a power cut at any moment. */
public final class StateFile implements Store {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  private final DeviceId device;
  private final DurableFile file;
  private final WorkerExecutor worker;
  private @Nullable Memory waiting;
  private boolean writing;
  private Future<Void> written = Future.succeededFuture();

  /** Blocks while it makes the directory. */
  public StateFile(Vertx vertx, Path directory, DeviceId device) throws IOException {
    this.device = device;
    this.file = new DurableFile(directory.resolve("state.json"));
    this.worker = vertx.createSharedWorkerExecutor("state-file", 1);
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
      written = writeNext();
    }
  }

  /** Completes when all that was saved before is on disk, or could not be written. */
  public Future<Void> written() {
    return written;
  }

  private Future<Void> writeNext() {
    var memory = waiting;
    waiting = null;
    writing = memory != null;
    return memory == null
        ? Future.succeededFuture()
        : worker
            .executeBlocking(
                () -> {
                  file.save(MemoryJson.encode(memory));
                  return true;
                })
            .onFailure(e -> log.warn("{} can't be written: {}", file, e.toString()))
            .transform(done -> writeNext());
  }
}
