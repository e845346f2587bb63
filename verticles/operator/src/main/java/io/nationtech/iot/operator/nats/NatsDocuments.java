package io.nationtech.iot.operator.nats;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Heartbeat;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.ConnectionState;
import io.nationtech.iot.nats.Entry;
import io.nationtech.iot.nats.Message;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Streams;
import io.nationtech.iot.nats.WrongRevisionException;
import io.nationtech.iot.operator.desired.Pin;
import io.nationtech.iot.operator.desired.Stored;
import io.nationtech.iot.operator.reconcile.Documents;
import io.nationtech.iot.operator.reconcile.Observer;
import io.nationtech.iot.operator.reconcile.Observer.Outcome;
import io.nationtech.iot.operator.reconcile.Observer.Target;
import io.nationtech.iot.operator.status.Report;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents in NATS KV. Heartbeats have a connection of their own: a burst of documents must
 * not make devices look offline.
 */
public final class NatsDocuments implements Documents {
  private static final Logger LOG = LoggerFactory.getLogger(NatsDocuments.class);

  private final Vertx vertx;
  private final Function<String, NatsSettings> settings;
  private final int replicas;
  private final Observer observer;

  /** What was written and not heard back yet. */
  private final Map<String, String> written = new HashMap<>();

  private @Nullable NatsConnection connection;
  private @Nullable NatsConnection heartbeats;
  private boolean away;

  /** {@code settings}: by the name of the connection. */
  public NatsDocuments(
      Vertx vertx, Function<String, NatsSettings> settings, int replicas, Observer observer) {
    this.vertx = vertx;
    this.settings = settings;
    this.replicas = replicas;
    this.observer = observer;
  }

  @Override
  public void start(Listener listener) {
    var documents =
        NatsConnection.open(vertx, settings.apply("iot-operator"), state -> told(listener, state));
    documents.subscribe(
        Wire.kvSubject(Wire.BUCKET_DESIRED, "*"), message -> desiredChanged(listener, message));
    documents.subscribe(
        Wire.kvSubject(Wire.BUCKET_REPORTED, "*"), message -> reported(listener, message));
    documents.subscribe(
        Wire.kvSubject(Wire.BUCKET_IDENTITY, "*"),
        message -> device(message).ifPresent(id -> listener.pinChanged(id.value())));
    documents.subscribe(Wire.refused("*"), message -> refused(listener, message));
    for (var bucket : List.of(Wire.BUCKET_DESIRED, Wire.BUCKET_REPORTED, Wire.BUCKET_IDENTITY)) {
      documents.subscribe(Wire.bucketDeleted(bucket), message -> bucketLost(listener, bucket));
    }
    connection = documents;
    heartbeats =
        NatsConnection.open(
            vertx,
            settings.apply("iot-operator-heartbeats"),
            state -> listener.listening(state instanceof ConnectionState.Connected));
    heartbeats.subscribe(Wire.heartbeat("*"), message -> heartbeat(listener, message));
  }

  private void told(Listener listener, ConnectionState state) {
    switch (state) {
      case ConnectionState.Connected connected -> {
        LOG.info("NATS: connected to {}", connected.url());
        away = false;
        // What was not heard back by now never will be.
        written.clear();
        listener.connected();
      }
      case ConnectionState.Disconnected disconnected -> {
        if (!away) {
          LOG.warn("NATS: away, tried again for ever: {}", disconnected.reason());
        }
        away = true;
        listener.disconnected();
      }
    }
  }

  private void bucketLost(Listener listener, String bucket) {
    LOG.warn("NATS: bucket {} was deleted; it is made and filled again", bucket);
    listener.bucketLost();
  }

  private void desiredChanged(Listener listener, Message message) {
    var echo = new String(message.data(), StandardCharsets.UTF_8);
    device(message)
        .filter(device -> !written.remove(device.value(), echo))
        .ifPresent(device -> listener.desiredChanged(device.value()));
  }

  private static void reported(Listener listener, Message message) {
    device(message)
        .ifPresent(device -> listener.reported(device.value(), Report.of(device, message.data())));
  }

  private static void heartbeat(Listener listener, Message message) {
    var device = device(message);
    try {
      var interval = Heartbeat.decode(message.data()).interval();
      device.ifPresent(id -> listener.heartbeat(id.value(), interval));
    } catch (MalformedDocumentException e) {
      LOG.debug("a heartbeat on {} {}", message.subject(), e.getMessage());
    }
  }

  private static void refused(Listener listener, Message message) {
    try {
      var stranger = IdentityDocument.decode(message.data());
      device(message).ifPresent(id -> listener.identityRefused(id.value(), stranger));
    } catch (MalformedDocumentException e) {
      LOG.debug("a refusal on {} {}", message.subject(), e.getMessage());
    }
  }

  /** The last token of the subject. */
  private static Optional<DeviceId> device(Message message) {
    var token = message.subject().substring(message.subject().lastIndexOf('.') + 1);
    return DeviceId.isLabel(token) ? Optional.of(new DeviceId(token)) : Optional.empty();
  }

  @Override
  public Future<Boolean> ensure() {
    return new Streams(connection(), replicas).ensure();
  }

  @Override
  public Future<Stored> desired(String device) {
    return new Bucket(connection(), Wire.BUCKET_DESIRED)
        .get(device)
        .map(
            entry ->
                switch (entry) {
                  case Entry.Absent absent -> new Stored.Nothing(absent.revision());
                  case Entry.Found found ->
                      Stored.of(new DeviceId(device), found.value(), found.revision());
                });
  }

  @Override
  public Future<Long> write(String device, String json, long expected) {
    written.put(device, json);
    return write(Target.Desired, Wire.BUCKET_DESIRED, device, json, expected);
  }

  @Override
  public Future<Pin> pin(String device) {
    return new Bucket(connection(), Wire.BUCKET_IDENTITY)
        .get(device)
        .map(
            entry ->
                switch (entry) {
                  case Entry.Absent absent -> new Pin(absent.revision(), Optional.empty());
                  case Entry.Found found ->
                      new Pin(
                          found.revision(),
                          Optional.of(new String(found.value(), StandardCharsets.UTF_8)));
                });
  }

  @Override
  public Future<Long> writePin(String device, String json, long expected) {
    return write(Target.Pin, Wire.BUCKET_IDENTITY, device, json, expected);
  }

  private Future<Long> write(
      Target target, String bucket, String device, String json, long expected) {
    return new Bucket(connection(), bucket)
        .putExpecting(device, json.getBytes(StandardCharsets.UTF_8), expected)
        .onSuccess(revision -> observer.wrote(target, Outcome.Done))
        .onFailure(
            e ->
                observer.wrote(
                    target,
                    e instanceof WrongRevisionException ? Outcome.Conflict : Outcome.Failed));
  }

  @Override
  public Future<Report> report(String device) {
    return new Bucket(connection(), Wire.BUCKET_REPORTED)
        .get(device)
        .map(
            entry ->
                switch (entry) {
                  case Entry.Absent absent -> new Report.None();
                  case Entry.Found found -> Report.of(new DeviceId(device), found.value());
                });
  }

  @Override
  public Future<Void> close() {
    var first = connection == null ? Future.<Void>succeededFuture() : connection.close();
    var second = heartbeats == null ? Future.<Void>succeededFuture() : heartbeats.close();
    return Future.join(first, second).mapEmpty();
  }

  private NatsConnection connection() {
    if (connection == null) {
      throw new IllegalStateException("not started");
    }
    return connection;
  }
}
