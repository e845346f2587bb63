package io.nationtech.iot.agent.nats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.nats.Bucket;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Puts the reported document where it differs from the last one put; one put at a time. */
final class Reports {
  private static final long TRY_AGAIN_MS = 2000;

  private final Vertx vertx;
  private final Self self;
  private final Bucket bucket;
  private @Nullable ReportedDocument wanted;
  private @Nullable ReportedDocument put;
  private boolean busy;

  Reports(Vertx vertx, Self self, Bucket bucket) {
    this.vertx = vertx;
    this.self = self;
    this.bucket = bucket;
  }

  void report(Observation seen) {
    wanted =
        new ReportedDocument(
            self.device(),
            self.boot(),
            seen.revision(),
            Instant.EPOCH,
            self.agent(),
            seen.host(),
            seen.deployments());
    putWhereDifferent();
  }

  /** Puts even what was put before: the bucket may have lost it. */
  void putAgain() {
    put = null;
    putWhereDifferent();
  }

  private void putWhereDifferent() {
    var document = wanted;
    if (busy || document == null || document.equals(put)) {
      return;
    }
    busy = true;
    bucket
        .put(self.device().value(), document.at(Instant.now()).encode().getBytes(UTF_8))
        .onComplete(done -> tried(document, done));
  }

  private void tried(ReportedDocument document, AsyncResult<Long> done) {
    if (done.succeeded()) {
      put = document;
      again();
    } else {
      vertx.setTimer(TRY_AGAIN_MS, go -> again());
    }
  }

  private void again() {
    busy = false;
    putWhereDifferent();
  }
}
