package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.operator.desired.Pin;
import io.nationtech.iot.operator.desired.Stored;
import io.nationtech.iot.operator.status.Report;
import io.vertx.core.Future;
import java.time.Duration;

/** The documents of the devices, and their heartbeats. Called on the context only. */
public interface Documents {
  /** What is told of them. */
  interface Listener {
    /** There, for the first time or again: all that was missed has to be read again. */
    void connected();

    void disconnected();

    /** A bucket was deleted: it has to be made and filled again. */
    void bucketLost();

    /** Somebody else wrote or deleted a desired document. */
    void desiredChanged(String device);

    /** Somebody, perhaps this operator, wrote or deleted a pin. */
    void pinChanged(String device);

    /** {@code stranger} asked to come in by the name of a device that is another's. */
    void identityRefused(String device, IdentityDocument stranger);

    void reported(String device, Report report);

    /** Heartbeats are heard from now on, or no longer. */
    void listening(boolean heartbeats);

    void heartbeat(String device, Duration interval);
  }

  /** Begins to connect; {@code listener} is called on the context. */
  void start(Listener listener);

  /** Makes the buckets where they are missing, and tells whether it made one. */
  Future<Boolean> ensure();

  Future<Stored> desired(String device);

  /** Writes where {@code expected} is still the last revision, and gives the new one. */
  Future<Long> write(String device, String json, long expected);

  /** Who a device's name belongs to. */
  Future<Pin> pin(String device);

  /** As {@link #write}. */
  Future<Long> writePin(String device, String json, long expected);

  Future<Report> report(String device);

  Future<Void> close();
}
