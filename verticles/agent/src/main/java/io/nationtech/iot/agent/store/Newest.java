package io.nationtech.iot.agent.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes values to disk one after the other; of those that come meanwhile only the last is written,
 * and what the disk does not take is tried again.
 */
final class Newest<T> {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final String what;
  private final Write<T> write;
  private @Nullable T waiting;
  private boolean writing;
  private boolean complained;
  private long timer = -1;
  private Future<Void> written = Future.succeededFuture();

  /** Blocks. */
  interface Write<T> {
    void write(T value) throws IOException;
  }

  Newest(Vertx vertx, WorkerExecutor worker, String what, Write<T> write) {
    this.vertx = vertx;
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
            .onSuccess(done -> recovered())
            .transform(done -> done.succeeded() ? writeNext() : later(value, done.cause()));
  }

  /** What could not be written is written as soon as it can be, or what came after it. */
  private Future<Void> later(T value, Throwable e) {
    complain(e);
    writing = false;
    waiting = waiting == null ? value : waiting;
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(AGAIN.toMillis(), again -> tryAgain());
    return Future.succeededFuture();
  }

  private void tryAgain() {
    if (!writing) {
      written = writeNext();
    }
  }

  private void complain(Throwable e) {
    if (!complained) {
      complained = true;
      log.warn("{} can't be written, and is tried again: {}", what, e.toString());
    }
  }

  private void recovered() {
    if (complained) {
      complained = false;
      log.info("{} can be written again", what);
    }
  }
}
