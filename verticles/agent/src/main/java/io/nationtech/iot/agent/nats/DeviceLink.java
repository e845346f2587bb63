package io.nationtech.iot.agent.nats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.Heartbeat;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.ConnectionState;
import io.nationtech.iot.nats.Entry;
import io.nationtech.iot.nats.Message;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device's side of NATS: reads its one desired document, puts its one reported document, and
 * lets its heart be heard. The feed is a hint only; what counts is the key, read by direct get
 * after every hint, every reconnect and now and then in any case.
 */
public final class DeviceLink {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  /** A replica may lag behind at the moment of a reconnect: look once more. */
  private static final Duration LAG = Duration.ofSeconds(1);

  private static final Duration TRY_AGAIN = Duration.ofSeconds(2);
  private static final Duration TRY_SELDOM = Duration.ofSeconds(30);

  /**
   * Reads of a stale replica, each after twice the wait of the one before: half a second in all.
   */
  private static final int QUICK_READS = 9;

  private static final int SOON_READS = QUICK_READS + 15;

  private final Vertx vertx;
  private final Self self;
  private final Rhythm rhythm;
  private final Listener listener;
  private final NatsConnection connection;
  private final Bucket desired;
  private final Reports reports;
  private Instant inHand;
  private long revisionInHand;

  /** The sequence that the feed told last, until an answer has reached it. */
  private long awaited;

  private boolean reading;
  private boolean readAgain;
  private int staleReads;
  private long timer = -1;
  private String lastComplaint = "";
  private boolean connected;
  private final Tidings tidings = new Tidings();

  /** Who hears what the cloud says, and how it is reached. */
  public interface Listener {
    /** A document that was read. */
    void desired(Memory.Known document);

    default void connection(ConnectionState state) {}

    /** NATS took a report that answers {@code revision}. */
    default void reported(long revision) {}

    default void notReported(String why) {}
  }

  /**
   * Begins to connect.
   *
   * @param inHand the document that is already known: an older one is stale
   * @param listener is told what is heard
   */
  public DeviceLink(
      Vertx vertx,
      NatsSettings settings,
      Self self,
      Rhythm rhythm,
      Optional<Memory.Known> inHand,
      Listener listener) {
    this.vertx = vertx;
    this.self = self;
    this.rhythm = rhythm;
    this.listener = listener;
    this.inHand = inHand.map(Memory.Known::time).orElse(Instant.EPOCH);
    this.revisionInHand = inHand.map(Memory.Known::revision).orElse(0L);
    this.connection = NatsConnection.open(vertx, settings, this::changed);
    this.desired = new Bucket(connection, Wire.BUCKET_DESIRED);
    this.reports =
        new Reports(
            vertx, self, new Bucket(connection, Wire.BUCKET_REPORTED), () -> connected, listener);
    connection.subscribe(Wire.desiredFeed(self.device().value()), this::hinted);
    vertx.setPeriodic(
        rhythm.heartbeat().toMillis(),
        beat -> {
          heartbeat();
          tidings.passed(System.nanoTime()).ifPresent(this::say);
        });
    vertx.setPeriodic(
        rhythm.certainty().toMillis(),
        go -> {
          read();
          reports.putAgain();
        });
  }

  /** What is true now; put where it differs from what was put last. */
  public void report(Observation observation) {
    reports.report(observation);
  }

  /** The credentials are new: a connection with them takes the place of the present one. */
  public void renew() {
    connection.renew();
  }

  /** Ends the connection. */
  public Future<Void> close() {
    return connection.close();
  }

  private void changed(ConnectionState state) {
    listener.connection(state);
    tidings.of(state, System.nanoTime()).ifPresent(this::say);
    connected = state instanceof ConnectionState.Connected;
    if (connected) {
      arrived();
    }
  }

  private void say(Tidings.Line line) {
    if (line.good()) {
      log.info("{} as device '{}'", line.text(), self.device());
    } else {
      log.warn("{}", line.text());
    }
  }

  private void arrived() {
    heartbeat();
    // The subscription has reached the server before the key is read: no change falls between.
    connection.flush().onComplete(flushed -> read());
    vertx.setTimer(LAG.toMillis(), again -> read());
    reports.putAgain();
  }

  private void heartbeat() {
    connection.publish(
        Wire.heartbeat(self.device().value()),
        new Heartbeat(rhythm.heartbeat()).encode().getBytes(UTF_8));
  }

  private void hinted(Message hint) {
    try {
      awaited = Long.parseLong(hint.headers().getOrDefault(Wire.HEADER_SEQUENCE, "0"));
    } catch (NumberFormatException e) {
      awaited = 0;
    }
    read();
  }

  /** Reads the key anew: one read at a time, one timer. */
  private void read() {
    staleReads = 0;
    readAgain = reading;
    if (!reading) {
      readOnce();
    }
  }

  private void readOnce() {
    vertx.cancelTimer(timer);
    reading = true;
    readAgain = false;
    desired.get(self.device().value()).onComplete(this::answered, this::unanswered);
  }

  /** A replica may answer with an older value: ask again until the feed's sequence is reached. */
  private void answered(Entry entry) {
    reading = false;
    boolean reached = revision(entry) >= awaited;
    if (reached || staleReads >= QUICK_READS) {
      accept(entry);
    }
    if (readAgain) {
      readOnce();
    } else if (reached) {
      awaited = 0;
    } else {
      readLater(wait(staleReads++));
    }
  }

  private static Duration wait(int reads) {
    if (reads < QUICK_READS) {
      return Duration.ofMillis(1L << reads);
    }
    return reads < SOON_READS ? TRY_AGAIN : TRY_SELDOM;
  }

  private void unanswered(Throwable e) {
    reading = false;
    // Where the connection is gone, its return reads again.
    if (connected) {
      complain("the desired document can't be read (" + e.getMessage() + ")");
      readLater(TRY_AGAIN);
    }
  }

  private void readLater(Duration wait) {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(wait.toMillis(), again -> readOnce());
  }

  private static long revision(Entry entry) {
    return switch (entry) {
      case Entry.Found found -> found.revision();
      case Entry.Absent absent -> absent.revision();
    };
  }

  private void accept(Entry entry) {
    switch (entry) {
      case Entry.Found found -> accept(found);
      case Entry.Absent absent -> complain("there is no desired document for this device");
    }
  }

  private void accept(Entry.Found found) {
    // The clock of a server can jump back; in one bucket the revision only grows.
    if (found.time().isBefore(inHand) && found.revision() <= revisionInHand) {
      complain(
          "the desired document in NATS, of " + found.time() + ", is older than the known one");
      return;
    }
    try {
      var document = DesiredDocument.decode(self.device(), found.value());
      inHand = found.time();
      revisionInHand = found.revision();
      lastComplaint = "";
      listener.desired(new Memory.Known(document, found.revision(), found.time()));
    } catch (MalformedDocumentException e) {
      complain("the desired document can't be understood: it " + e.getMessage());
    }
  }

  private void complain(String what) {
    if (!what.equals(lastComplaint)) {
      lastComplaint = what;
      log.warn("{}; what runs goes on", what);
    }
  }
}
