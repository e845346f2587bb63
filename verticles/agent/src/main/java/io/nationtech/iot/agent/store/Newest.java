package io.nationtech.iot.agent.store;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes values to disk one after the other; of those that come meanwhile only the last is written.
 */
final class Newest<T> {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  private final WorkerExecutor worker;
  private final String what;
  private final Write<T> write;
  private @Nullable T waiting;
  private boolean writing;
  private boolean complained;
  private Future<Void> written = Future.succeededFuture();

  /** Blocks. */
  interface Write<T> {
    void write(T value) throws IOException;
  }

  Newest(WorkerExecutor worker, String what, Write<T> write) {
    this.worker = worker;
    this.what = what;
    this.write = write;
  }

  void save(T value) {
    waiting = value;
    if (!writing) {
      written = writeNext();
    }
  }

  /** Completes when all that was saved before is on disk, or could not be written. */
  Future<Void> written() {
    return written;
  }

  private Future<Void> writeNext() {
    var value = waiting;
    waiting = null;
    writing = value != null;
    return value == null
        ? Future.succeededFuture()
        : worker
            .executeBlocking(
                () -> {
                  write.write(value);
                  return true;
                })
            .onSuccess(done -> complained = false)
            .onFailure(this::complain)
            .transform(done -> writeNext());
  }

  private void complain(Throwable e) {
    if (!complained) {
      complained = true;
      log.warn("{} can't be written: {}", what, e.toString());
    }
  }
}
