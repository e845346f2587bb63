package io.nationtech.iot.nats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One connection to NATS that comes back for ever. All of its state belongs to the Vert.x context
 * it was made on, and every handler is called there.
 *
 * <p>jnats gives up for good after two equal authentication errors, even with unlimited reconnects:
 * then the connection is built anew, with back-off.
 */
public final class NatsConnection {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int MAX_CONTROL_LINE = 16 * 1024;
  private static final long FIRST_BACK_OFF_MS = 250;
  private static final long MAX_BACK_OFF_MS = 30_000;

  private record Subscription(String subject, Optional<String> queue, Handler<Message> handler) {}

  private final Vertx vertx;
  private final Context context;
  private final WorkerExecutor worker;
  private final NatsSettings settings;
  private final Handler<ConnectionState> states;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private @Nullable Connection connection;
  private boolean closed;
  private long backOff = FIRST_BACK_OFF_MS;

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

  /** jnats cancels a request that the server says nobody listens to. */
  private static NatsException unanswered(String subject, Throwable e) {
    return new NatsException(
        e instanceof CancellationException
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

  /** Ends the connection; what was sent before is on its way. */
  public Future<Void> close() {
    closed = true;
    var current = connection;
    connection = null;
    return current == null ? worker.close() : end(current);
  }

  private Future<Void> end(Connection ended) {
    return worker
        .executeBlocking(
            () -> {
              ended.close();
              return true;
            })
        .eventually(worker::close)
        .mapEmpty();
  }

  private void build() {
    if (closed) {
      return;
    }
    worker
        .executeBlocking(() -> Nats.connect(options()))
        .onComplete(this::built, e -> retry(reason(e)));
  }

  private void built(Connection built) {
    if (closed) {
      end(built);
      return;
    }
    if (built.getStatus() == Connection.Status.CLOSED) {
      // It ended before anybody could be told.
      retry(lastError(built));
      return;
    }
    connection = built;
    backOff = FIRST_BACK_OFF_MS;
    subscriptions.forEach(subscription -> subscribe(built, subscription));
    states.handle(new ConnectionState.Connected(built.getConnectedUrl()));
  }

  private void retry(String reason) {
    connection = null;
    if (closed) {
      return;
    }
    states.handle(new ConnectionState.Disconnected(reason));
    // Half fixed, half chance: ten thousand devices must not come back in one instant.
    long delay = backOff / 2 + ThreadLocalRandom.current().nextLong(backOff / 2 + 1);
    backOff = Math.min(backOff * 2, MAX_BACK_OFF_MS);
    vertx.setTimer(delay, again -> build());
  }

  private Options options() throws GeneralSecurityException, IOException {
    var options =
        new Options.Builder()
            .servers(settings.urls().toArray(String[]::new))
            .connectionName(settings.name())
            .inboxPrefix(settings.inboxPrefix())
            .maxControlLine(MAX_CONTROL_LINE)
            .connectionTimeout(ANSWER)
            // How often jnats looks for requests whose time is over; by default as long again.
            .requestCleanupInterval(Duration.ofMillis(250))
            .maxReconnects(-1)
            .reconnectWait(Duration.ofMillis(500))
            .reconnectJitter(Duration.ofMillis(500))
            .pingInterval(Duration.ofSeconds(30))
            .maxPingsOut(2)
            .errorListener(new Silence())
            .connectionListener((from, event) -> context.runOnContext(go -> changed(from, event)));
    if (settings.caFile().isPresent()) {
      options.sslContext(Certificates.trusting(settings.caFile().get()));
    }
    settings.credentials().apply(options);
    return options.build();
  }

  private void changed(Connection from, Events event) {
    // The events of a connection that was replaced, or of one still being built, are not ours.
    if (from != connection || closed) {
      return;
    }
    switch (event) {
      case DISCONNECTED -> states.handle(new ConnectionState.Disconnected(lastError(from)));
      case RESUBSCRIBED -> states.handle(new ConnectionState.Connected(from.getConnectedUrl()));
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

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static NatsException away() {
    return new NatsException("not connected");
  }
}
