package io.nationtech.iot.agent.nats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the reported document where it differs from the last one put; one put at a time. */
final class Reports {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");
  private static final long TRY_AGAIN_MS = 2000;

  private final Vertx vertx;
  private final Self self;
  private final Bucket bucket;
  private final BooleanSupplier connected;
  private final DeviceLink.Listener listener;
  private @Nullable ReportedDocument wanted;
  private @Nullable ReportedDocument put;
  private boolean busy;
  private String lastComplaint = "";

  Reports(
      Vertx vertx,
      Self self,
      Bucket bucket,
      BooleanSupplier connected,
      DeviceLink.Listener listener) {
    this.vertx = vertx;
    this.self = self;
    this.bucket = bucket;
    this.connected = connected;
    this.listener = listener;
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
        .put(self.device().value(), fitting(document.at(Instant.now())))
        .onComplete(done -> tried(document, done));
  }

  /** Without the containers where they are too many for one document: phases must arrive. */
  private static byte[] fitting(ReportedDocument document) {
    var whole = document.encode().getBytes(UTF_8);
    return whole.length <= Wire.MAX_REPORTED_BYTES
        ? whole
        : document.withoutServices().encode().getBytes(UTF_8);
  }

  private void tried(ReportedDocument document, AsyncResult<Long> done) {
    if (done.succeeded()) {
      put = document;
      lastComplaint = "";
      listener.reported(document.revision());
      again();
    } else {
      var why = String.valueOf(done.cause().getMessage());
      complain(why);
      listener.notReported(why);
      vertx.setTimer(TRY_AGAIN_MS, go -> again());
    }
  }

  /** A lost connection is told by the link; this is for what NATS answers. */
  private void complain(String why) {
    if (connected.getAsBoolean() && !why.equals(lastComplaint)) {
      lastComplaint = why;
      log.warn("this device's report can't be put into NATS ({}); trying every 2 s", why);
    }
  }

  private void again() {
    busy = false;
    putWhereDifferent();
  }
}
