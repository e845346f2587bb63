package io.nationtech.iot.agent.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.nationtech.iot.agent.status.Live;
import io.nationtech.iot.agent.status.LiveJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the running agent says of itself, for the commands; written when it changes. Worth nothing
 * without its agent, so nothing is synced: it may be lost with the power.
 */
public final class LiveFile {
  private final Path file;
  private final Newest<Live> newest;

  /** Does away with what an agent before this one said; blocks. */
  public LiveFile(Vertx vertx, Path directory) throws IOException {
    this.file = file(directory);
    Files.deleteIfExists(file);
    this.newest =
        new Newest<>(
            vertx, vertx.createSharedWorkerExecutor("live-file", 1), file.toString(), this::write);
  }

  /** What the agent said last, where it said anything that can be read; blocks. */
  public static Optional<Live> read(Path directory) {
    try {
      return Optional.of(LiveJson.decode(Files.readString(file(directory))));
    } catch (IOException | MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  public void save(Live live) {
    newest.save(live);
  }

  /** Completes when the file is gone: no agent, nothing to say. */
  public Future<Void> close() {
    return newest.written().onComplete(written -> file.toFile().delete()).mapEmpty();
  }

  private void write(Live live) throws IOException {
    var next = file.resolveSibling(file.getFileName() + DurableFile.UNFINISHED);
    try {
      Files.deleteIfExists(next);
      Files.createFile(next, DurableFile.OWNER_ONLY);
      Files.writeString(next, LiveJson.encode(live));
      Files.move(next, file, ATOMIC_MOVE);
    } catch (IOException e) {
      // On a full disk too: what is not known is better than what is no longer true.
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private static Path file(Path directory) {
    return directory.resolve("live.json");
  }
}
