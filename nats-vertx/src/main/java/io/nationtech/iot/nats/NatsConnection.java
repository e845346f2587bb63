package io.nationtech.iot.nats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.impl.Headers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to NATS that comes back for ever. All of its state belongs to the Vert.x context
 * it was made on, and every handler is called there.
 *
 * <p>jnats gives up for good after two equal authentication errors, even with unlimited reconnects:
 * then the connection is built anew, with back-off.
 */
public final class NatsConnection {
  static final Duration ANSWER = Duration.ofSeconds(5);
  private static final long NO_TIMER = -1;
  private static final int NONE = -1;

  private record Subscription(String subject, Optional<String> queue, Handler<Message> handler) {}

  private final Vertx vertx;
  private final Context context;
  private final WorkerExecutor worker;
  private final NatsSettings settings;
  private final Handler<ConnectionState> states;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private @Nullable Connection connection;
  private boolean building;
  private boolean again;
  private boolean closed;
  private final AtomicInteger failures = new AtomicInteger();
  private int refusedAfter = NONE;
  private long timer = NO_TIMER;

  private NatsConnection(Vertx vertx, NatsSettings settings, Handler<ConnectionState> states) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.worker = vertx.createSharedWorkerExecutor("nats", 2);
    this.settings = settings;
    this.states = states;
  }

  /**
   * Begins to connect and returns at once; {@code states} is told each time the connection comes or
   * goes.
   */
  public static NatsConnection open(
      Vertx vertx, NatsSettings settings, Handler<ConnectionState> states) {
    var connection = new NatsConnection(vertx, settings, states);
    connection.context.runOnContext(go -> connection.build());
    return connection;
  }

  /** Subscribes now and after every rebuild; to be called on the context. */
  public void subscribe(String subject, Handler<Message> handler) {
    subscribe(new Subscription(subject, Optional.empty(), handler));
  }

  /** The same, as one of a queue group: each message reaches one of its members. */
  public void subscribe(String subject, String queue, Handler<Message> handler) {
    subscribe(new Subscription(subject, Optional.of(queue), handler));
  }

  private void subscribe(Subscription subscription) {
    subscriptions.add(subscription);
    if (connection != null) {
      subscribe(connection, subscription);
    }
  }

  /** Sends without an answer; lost where there is no connection. */
  public void publish(String subject, byte[] data) {
    var current = connection;
    if (current != null && current.getStatus() == Connection.Status.CONNECTED) {
      try {
        current.publish(subject, data);
      } catch (IllegalStateException e) {
        // Closed since it was looked at: lost, as documented.
      }
    }
  }

  /** Completes when the server has processed all that was sent before. */
  public Future<Void> flush() {
    var current = connection;
    return current == null
        ? Future.failedFuture(away())
        : worker
            .executeBlocking(
                () -> {
                  current.flush(ANSWER);
                  return true;
                })
            .mapEmpty();
  }

  /** Asks and waits at most five seconds for the one answer. */
  public Future<io.nats.client.Message> request(
      String subject, Map<String, String> headers, byte[] data) {
    var current = connection;
    if (current == null || current.getStatus() != Connection.Status.CONNECTED) {
      return Future.failedFuture(away());
    }
    var all = new Headers();
    headers.forEach(all::put);
    try {
      return Future.fromCompletionStage(
              current.requestWithTimeout(subject, all, data, ANSWER), context)
          .recover(e -> Future.failedFuture(unanswered(subject, e)));
    } catch (IllegalStateException e) {
      // Closed since it was looked at.
      return Future.failedFuture(away());
    }
  }

  /**
   * jnats cancels a request that the server says nobody listens to; where the time ran out, it
   * gives a reason too.
   */
  private static NatsException unanswered(String subject, Throwable e) {
    return new NatsException(
        e instanceof CancellationException && e.getMessage() == null
            ? "nobody answers on " + subject
            : "no answer on " + subject + ": " + e);
  }

  /** The connection itself, for what only a worker may do; fails where there is none. */
  <T> Future<T> blocking(Work<T> work) {
    var current = connection;
    return current == null
        ? Future.failedFuture(away())
        : worker.executeBlocking(() -> work.with(current));
  }

  interface Work<T> {
    T with(Connection connection) throws IOException, io.nats.client.JetStreamApiException;
  }

  /**
   * Connects anew, as whoever the credentials say now: at once where there is no connection.
   * Otherwise the present one serves on until the new one stands, and is not missed where none can
   * be made; for some seconds both stand, and a message may come twice. To be called on the
   * context.
   */
  public void renew() {
    if (building) {
      again = true;
    } else {
      build();
    }
  }

  /** Ends the connection; what was sent before is on its way. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    var current = connection;
    connection = null;
    return (current == null ? Future.<Void>succeededFuture() : end(current))
        .eventually(worker::close);
  }

  private Future<Void> end(Connection ended) {
    return worker
        .executeBlocking(
            () -> {
              ended.close();
              return true;
            })
        .mapEmpty();
  }

  private void build() {
    vertx.cancelTimer(timer);
    if (closed || !settings.credentials().ready()) {
      return;
    }
    building = true;
    again = false;
    refusedAfter = NONE;
    var errors = new LastError(this::refused);
    worker
        .executeBlocking(
            () ->
                ConnectionOptions.connect(
                    settings,
                    this::nextWait,
                    errors,
                    (from, event) -> context.runOnContext(go -> changed(from, event))))
        .onComplete(this::built, e -> failed(errors.reason(e)));
  }

  private void built(Connection built) {
    building = false;
    if (closed) {
      end(built).eventually(worker::close);
      return;
    }
    if (built.getStatus() == Connection.Status.CLOSED) {
      // It ended before anybody could be told.
      failed(lastError(built));
      return;
    }
    var before = connection;
    connection = built;
    letIn();
    subscriptions.forEach(subscription -> subscribe(built, subscription));
    if (before == null || before.getStatus() != Connection.Status.CONNECTED) {
      states.handle(new ConnectionState.Connected(built.getConnectedUrl()));
    }
    if (before != null) {
      // What was asked on it may still be answered.
      vertx.setTimer(ANSWER.toMillis(), answered -> retire(before));
    }
    if (again) {
      build();
    }
  }

  private void retire(Connection before) {
    if (!closed) {
      end(before);
    }
  }

  private void failed(String reason) {
    building = false;
    if (connection == null) {
      retry(reason);
    } else {
      later();
    }
  }

  private void letIn() {
    failures.set(0);
    refusedAfter = NONE;
    settings.credentials().accepted();
  }

  /** On any thread. */
  private void refused() {
    int waits = failures.get();
    context.runOnContext(go -> refused(waits));
  }

  /** Between two waits every server of a cluster is tried, and all refuse alike: that is one. */
  private void refused(int waits) {
    if (!closed && refusedAfter != waits) {
      refusedAfter = waits;
      settings.credentials().refused();
    }
  }

  private void retry(String reason) {
    connection = null;
    if (closed) {
      return;
    }
    states.handle(new ConnectionState.Disconnected(reason));
    later();
  }

  private void later() {
    if (building) {
      return;
    }
    if (again) {
      build();
      return;
    }
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(nextWait().toMillis(), again -> build());
  }

  /** Whoever waits, jnats on its own thread or this: it is one row of failures. */
  private Duration nextWait() {
    return settings
        .backOff()
        .after(failures.incrementAndGet(), ThreadLocalRandom.current().nextDouble());
  }

  private void changed(Connection from, Events event) {
    // The events of a connection that was replaced, or of one still being built, are not ours.
    if (from != connection || closed) {
      return;
    }
    switch (event) {
      case DISCONNECTED -> states.handle(new ConnectionState.Disconnected(lastError(from)));
      case RESUBSCRIBED -> {
        letIn();
        states.handle(new ConnectionState.Connected(from.getConnectedUrl()));
      }
      case CLOSED -> retry(lastError(from));
      default -> {}
    }
  }

  private void subscribe(Connection current, Subscription subscription) {
    var dispatcher =
        current.createDispatcher(
            message -> {
              var copy = Message.of(message);
              context.runOnContext(go -> subscription.handler().handle(copy));
            });
    subscription
        .queue()
        .ifPresentOrElse(
            queue -> dispatcher.subscribe(subscription.subject(), queue),
            () -> dispatcher.subscribe(subscription.subject()));
  }

  private static String lastError(Connection from) {
    var error = from.getLastError();
    return error == null || error.isEmpty() ? "the connection broke" : error;
  }

  private static NatsException away() {
    return new NatsException("not connected");
  }
}
