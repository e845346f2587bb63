package io.nationtech.iot.callout.pin;

import io.nationtech.iot.callout.admit.Pins;
import io.nationtech.iot.callout.decide.Decision.Pin;
import io.nationtech.iot.callout.pin.KnownPins.Known;
import io.nationtech.iot.codec.DeviceId;
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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bucket device-identity, all of it in memory: read at each connect, and each key again when a
 * message says that somebody wrote it (or tried to: the server passes on a put that it refuses).
 */
public final class BucketPins implements Pins {
  private static final Logger LOG = LoggerFactory.getLogger(BucketPins.class);
  private static final int READERS = 64;
  private static final long AGAIN_MS = 2_000;
  private static final Duration SAY_AGAIN = Duration.ofMinutes(1);
  private static final int MOST_IMPOSTORS = 1_000;

  /** Equals no identity: what can't be read lets nobody in. */
  private static final IdentityDocument UNREADABLE = new IdentityDocument("", "", "");

  private final Vertx vertx;
  private final Clock clock;
  private final NatsConnection connection;
  private final Bucket bucket;
  private final Streams streams;
  private final Map<String, Instant> impostors = new HashMap<>();
  private final KnownPins pins = new KnownPins();
  private boolean loaded;
  private boolean failed;

  public BucketPins(Vertx vertx, Clock clock, NatsSettings settings) {
    this.vertx = vertx;
    this.clock = clock;
    this.connection = NatsConnection.open(vertx, settings, this::told);
    this.bucket = new Bucket(connection, Wire.BUCKET_IDENTITY);
    this.streams = new Streams(connection, 1);
    connection.subscribe(Wire.kvSubject(Wire.BUCKET_IDENTITY, "*"), this::written);
    connection.subscribe(Wire.bucketDeleted(Wire.BUCKET_IDENTITY), deleted -> deleted());
  }

  /** Whether all pins are in memory; once they are, they stay. */
  public boolean loaded() {
    return loaded;
  }

  public int size() {
    return pins.size();
  }

  @Override
  public Optional<IdentityDocument> owner(String device) {
    return pins.of(device).owner();
  }

  @Override
  public Future<Void> claim(Pin pin) {
    var device = pin.device();
    var json = pin.identity().encode().getBytes(StandardCharsets.UTF_8);
    if (json.length > Wire.MAX_IDENTITY_BYTES) {
      return Future.failedFuture(new IllegalArgumentException("the identity is too long"));
    }
    long asked = pins.bucket();
    return bucket
        .putExpecting(device, json, pins.of(device).revision())
        .onSuccess(
            revision -> {
              LOG.info("device '{}': pinned to {}", device, pin.identity().subject());
              pins.learned(asked, device, new Known(revision, Optional.of(pin.identity())));
            })
        .<Void>mapEmpty()
        .recover(e -> e instanceof WrongRevisionException ? read(device) : Future.failedFuture(e));
  }

  @Override
  public void impostor(Pin pin) {
    var now = clock.instant();
    impostors.values().removeIf(said -> said.isBefore(now.minus(SAY_AGAIN)));
    if (impostors.size() < MOST_IMPOSTORS && impostors.putIfAbsent(pin.device(), now) == null) {
      connection.publish(
          Wire.refused(pin.device()), pin.identity().encode().getBytes(StandardCharsets.UTF_8));
    }
  }

  public Future<Void> close() {
    return connection.close();
  }

  private void told(ConnectionState state) {
    if (state instanceof ConnectionState.Connected) {
      load();
    }
  }

  private void deleted() {
    pins.bucketDeleted();
    load();
  }

  /** The pins in hand serve until all are read. */
  private void load() {
    long mine = pins.begin();
    streams
        .keys(Wire.BUCKET_IDENTITY)
        .compose(this::readAll)
        .onComplete(
            fresh -> {
              if (pins.isLast(mine)) {
                pins.end(fresh);
                if (!loaded || failed) {
                  LOG.info("pins: {} devices belong to somebody", pins.size());
                }
                loaded = true;
                failed = false;
              }
            },
            e -> {
              if (pins.isLast(mine)) {
                again(mine, e);
              }
            });
  }

  private void again(long mine, Throwable e) {
    if (!failed) {
      LOG.warn("pins: can't be read, tried again for ever: {}", e.getMessage());
    }
    failed = true;
    vertx.setTimer(
        AGAIN_MS,
        timer -> {
          if (pins.isLast(mine)) {
            load();
          }
        });
  }

  /** A few at a time: ten thousand at once would fill every queue on the way. */
  private Future<Map<String, Known>> readAll(Collection<String> devices) {
    var left = new ArrayDeque<>(devices);
    var fresh = new HashMap<String, Known>();
    return Future.all(IntStream.range(0, READERS).mapToObj(i -> drain(left, fresh)).toList())
        .map(done -> fresh);
  }

  private Future<Void> drain(Queue<String> left, Map<String, Known> fresh) {
    var device = left.poll();
    return device == null
        ? Future.succeededFuture()
        : bucket
            .get(device)
            .compose(
                entry -> {
                  fresh.put(device, known(device, entry));
                  return drain(left, fresh);
                });
  }

  private void written(Message message) {
    var device = message.subject().substring(message.subject().lastIndexOf('.') + 1);
    if (DeviceId.isLabel(device)) {
      read(device).onFailure(e -> LOG.warn("pins: '{}' can't be read: {}", device, e.getMessage()));
      // A direct get can be answered by a replica that does not have it yet.
      vertx.setTimer(AGAIN_MS, timer -> read(device));
    }
  }

  private Future<Void> read(String device) {
    long asked = pins.bucket();
    return bucket
        .get(device)
        .onSuccess(entry -> pins.learned(asked, device, known(device, entry)))
        .mapEmpty();
  }

  private static Known known(String device, Entry entry) {
    return switch (entry) {
      case Entry.Absent absent -> new Known(absent.revision(), Optional.empty());
      case Entry.Found found -> new Known(found.revision(), Optional.of(decoded(device, found)));
    };
  }

  private static IdentityDocument decoded(String device, Entry.Found found) {
    try {
      return IdentityDocument.decode(found.value());
    } catch (MalformedDocumentException e) {
      LOG.warn("pins: '{}' lets nobody in, its document {}", device, e.getMessage());
      return UNREADABLE;
    }
  }
}
