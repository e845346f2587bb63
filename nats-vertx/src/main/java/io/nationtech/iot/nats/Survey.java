package io.nationtech.iot.nats;

import io.nats.client.Connection;
import io.nats.client.Subscription;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Questions that many answer. */
public final class Survey {
  private final NatsConnection connection;

  public Survey(NatsConnection connection) {
    this.connection = connection;
  }

  /**
   * Gives as many answers as are expected, or those that came in five seconds; fails where nobody
   * listens.
   */
  public Future<List<Message>> ask(String subject, byte[] question, int expected) {
    return connection.blocking(nats -> ask(nats, subject, question, expected));
  }

  private static List<Message> ask(Connection nats, String subject, byte[] question, int expected) {
    var inbox = nats.createInbox();
    var answers = nats.subscribe(inbox);
    nats.publish(subject, inbox, question);
    try {
      return gathered(answers, subject, expected);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NatsException("interrupted while waiting for answers on " + subject);
    } finally {
      answers.unsubscribe();
    }
  }

  private static List<Message> gathered(Subscription answers, String subject, int expected)
      throws InterruptedException {
    long until = System.nanoTime() + NatsConnection.ANSWER.toNanos();
    var gathered = new ArrayList<Message>();
    while (gathered.size() < expected) {
      long left = until - System.nanoTime();
      var answer = left > 0 ? answers.nextMessage(Duration.ofNanos(left)) : null;
      if (answer == null) {
        break;
      }
      if (answer.isStatusMessage()) {
        throw new NatsException("nobody answers on " + subject);
      }
      gathered.add(Message.of(answer));
    }
    return gathered;
  }
}
