package io.nationtech.iot.callout.nats;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.ConnectionState;
import io.nationtech.iot.nats.Message;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection to the account that nats-server asks in. */
public final class CalloutLink {
  private static final Logger LOG = LoggerFactory.getLogger(CalloutLink.class);

  private final NatsConnection connection;
  private final Answers answers;
  private boolean connected;
  private boolean away;
  private boolean answering;

  public CalloutLink(Vertx vertx, NatsSettings settings, Answers answers) {
    this.answers = answers;
    this.connection = NatsConnection.open(vertx, settings, this::told);
  }

  /** Joins the queue group; not before everything that a decision needs is there. */
  public void answer() {
    if (!answering) {
      answering = true;
      connection.subscribe(Wire.AUTHORIZATION_REQUEST, Wire.AUTHORIZATION_QUEUE, this::asked);
      LOG.info("callout: answers");
    }
  }

  public boolean connected() {
    return connected;
  }

  public boolean answering() {
    return answering && connected;
  }

  public Future<Void> close() {
    return connection.close();
  }

  private void asked(Message message) {
    message
        .replyTo()
        .ifPresent(
            reply ->
                answers
                    .answer(message.data(), message.headers())
                    .onSuccess(
                        answer -> answer.ifPresent(bytes -> connection.publish(reply, bytes)))
                    .onFailure(e -> LOG.error("callout: a request failed: {}", e.toString())));
  }

  private void told(ConnectionState state) {
    switch (state) {
      case ConnectionState.Connected there -> {
        LOG.info("NATS: connected to {} for logins", there.url());
        connected = true;
        away = false;
      }
      case ConnectionState.Disconnected gone -> {
        if (!away) {
          LOG.warn("NATS: away, tried again for ever: {}", gone.reason());
        }
        connected = false;
        away = true;
      }
    }
  }
}
