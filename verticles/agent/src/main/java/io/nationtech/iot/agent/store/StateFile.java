package io.nationtech.iot.agent.store;

import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Store;
import io.nationtech.iot.codec.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The agent's memory in one file that survives a power cut at any moment. */
public final class StateFile implements Store {
  private final DeviceId device;
  private final DurableFile file;
  private final Newest<Memory> newest;

  /** Blocks while it makes the directory. */
  public StateFile(Vertx vertx, Path directory, DeviceId device) throws IOException {
    this.device = device;
    DurableFile.makeDirectory(directory.resolve("any"));
    this.file = file(directory);
    this.newest =
        new Newest<>(
            vertx,
            vertx.createSharedWorkerExecutor("state-file", 1),
            file.toString(),
            memory -> file.save(MemoryJson.encode(memory)));
  }

  /**
   * What was kept last, {@link Memory#NONE} where there is nothing that can be read. Blocks: called
   * once, before the loop starts.
   */
  public Memory load() {
    return load(file, device);
  }

  /** The same for who only looks. Blocks. */
  public static Memory read(Path directory, DeviceId device) {
    return load(file(directory), device);
  }

  /** What is wrong with the file on disk; empty where nothing is. Blocks. */
  public static Optional<DurableFile.Damage> damage(Path directory, DeviceId device) {
    return file(directory).damage(text -> MemoryJson.decode(device, text));
  }

  private static Memory load(DurableFile file, DeviceId device) {
    return file.load(text -> MemoryJson.decode(device, text)).orElse(Memory.NONE);
  }

  private static DurableFile file(Path directory) {
    return new DurableFile(directory.resolve("state.json"));
  }

  @Override
  public void save(Memory memory) {
    newest.save(memory);
  }

  /** Completes when all that was saved before is on disk, or could not be written. */
  public Future<Void> written() {
    return newest.written();
  }
}
