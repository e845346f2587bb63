package io.nationtech.iot.operator.reconcile;

import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the buckets where they are missing, and has everything looked at again: not before all
 * resources are known, and only while NATS is there. Used on one context.
 */
final class Resync {
  private static final Logger LOG = LoggerFactory.getLogger(Resync.class);
  private static final long ENSURE_AGAIN_MS = 1000;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Documents documents;
  private final Runnable lookAtAll;
  private boolean synced;
  private boolean connected;
  private boolean running;
  private boolean again;
  private boolean soon;
  private long timer = NO_TIMER;
  private boolean complained;

  /** {@code lookAtAll}: what is to be done once the buckets are there. */
  Resync(Vertx vertx, Documents documents, Runnable lookAtAll) {
    this.vertx = vertx;
    this.documents = documents;
    this.lookAtAll = lookAtAll;
  }

  /** All resources are known. */
  void synced() {
    synced = true;
    begin();
  }

  void connected() {
    connected = true;
    begin();
  }

  void disconnected() {
    connected = false;
  }

  boolean isConnected() {
    return connected;
  }

  boolean isSynced() {
    return synced;
  }

  void begin() {
    // What is asked for meanwhile may have been too late for the one that is under way.
    again = running;
    if (!synced || !connected || running) {
      return;
    }
    running = true;
    documents.ensure().onComplete(made -> ended(), this::failed);
  }

  private void ended() {
    running = false;
    complained = false;
    if (again) {
      begin();
    } else {
      lookAtAll.run();
    }
  }

  private void failed(Throwable e) {
    if (!complained) {
      LOG.warn("the buckets can't be made, tried again for ever: {}", e.toString());
    }
    complained = true;
    vertx.setTimer(
        ENSURE_AGAIN_MS,
        go -> {
          running = false;
          begin();
        });
  }

  /**
   * A bucket was deleted. It is not made at once: nats-server tells of it before its files are
   * gone, and takes away those of a bucket that is made meanwhile too. That one never answers to a
   * put.
   */
  void lost() {
    vertx.cancelTimer(timer);
    soon = true;
    timer =
        vertx.setTimer(
            ENSURE_AGAIN_MS,
            go -> {
              soon = false;
              begin();
            });
  }

  /** A call that failed may mean that a bucket is gone, of which nobody told. */
  void checkSoon() {
    if (soon || !connected) {
      return;
    }
    soon = true;
    timer =
        vertx.setTimer(
            ENSURE_AGAIN_MS, go -> documents.ensure().onComplete(this::checked, e -> soon = false));
  }

  private void checked(boolean made) {
    soon = false;
    if (made) {
      begin();
    }
  }
}
