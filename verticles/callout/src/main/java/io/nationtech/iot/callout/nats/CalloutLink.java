package io.nationtech.iot.callout.nats;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.ConnectionState;
import io.nationtech.iot.nats.Message;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the account that nats-server asks in.
 *
 * <p>More than one, because the server does all the work of an answer (two signatures, a box, the
 * sign-in itself) in the one goroutine that reads the connection it came by.
 */
public final class CalloutLink {
  private static final Logger LOG = LoggerFactory.getLogger(CalloutLink.class);

  /** Some 3 kB each. */
  private static final int MOST_WAITING = 4096;

  private record Asked(NatsConnection connection, String reply, Message message) {}

  private final Vertx vertx;
  private final List<NatsConnection> connections = new ArrayList<>();
  private final Answers answers;
  private final Waiting<Asked> waiting = new Waiting<>(MOST_WAITING);
  private boolean working;
  private int connected;
  private boolean away;
  private boolean answering;

  public CalloutLink(Vertx vertx, NatsSettings settings, int connections, Answers answers) {
    this.vertx = vertx;
    this.answers = answers;
    for (int i = 0; i < connections; i++) {
      this.connections.add(NatsConnection.open(vertx, settings, new Told()));
    }
  }

  /** Joins the queue group; not before everything that a decision needs is there. */
  public void answer() {
    if (!answering) {
      answering = true;
      connections.forEach(
          connection ->
              connection.subscribe(
                  Wire.AUTHORIZATION_REQUEST,
                  Wire.AUTHORIZATION_QUEUE,
                  message -> asked(connection, message)));
      LOG.info("callout: answers");
    }
  }

  public boolean connected() {
    return connected > 0;
  }

  public boolean answering() {
    return answering && connected();
  }

  public Future<Void> close() {
    return Future.join(connections.stream().map(NatsConnection::close).toList()).mapEmpty();
  }

  private void asked(NatsConnection connection, Message message) {
    message
        .replyTo()
        .ifPresent(
            reply -> {
              waiting
                  .push(new Asked(connection, reply, message))
                  .ifPresent(oldest -> answers.leftOut());
              if (!working) {
                working = true;
                later();
              }
            });
  }

  /** Behind all that has arrived by now: one of those may be newer. */
  private void later() {
    vertx.runOnContext(go -> waiting.pop().ifPresentOrElse(this::work, () -> working = false));
  }

  private void work(Asked asked) {
    later();
    var message = asked.message();
    answers
        .answer(message.data(), message.headers(), waited(message))
        .onSuccess(
            answer -> answer.ifPresent(bytes -> asked.connection().publish(asked.reply(), bytes)))
        .onFailure(e -> LOG.error("callout: a request failed: {}", e.toString()));
  }

  private static Duration waited(Message message) {
    return Duration.ofNanos(System.nanoTime() - message.arrivedNanos());
  }

  /** Says once that NATS is away, and once that it is back, however many connections there are. */
  private final class Told implements io.vertx.core.Handler<ConnectionState> {
    private boolean there;

    @Override
    public void handle(ConnectionState state) {
      switch (state) {
        case ConnectionState.Connected now -> {
          connected += there ? 0 : 1;
          there = true;
          if (connected == 1) {
            LOG.info("NATS: connected to {} for logins", now.url());
          }
          away = false;
        }
        case ConnectionState.Disconnected gone -> {
          connected -= there ? 1 : 0;
          there = false;
          if (connected == 0 && !away) {
            LOG.warn("NATS: away, tried again for ever: {}", gone.reason());
            away = true;
          }
        }
      }
    }
  }
}
