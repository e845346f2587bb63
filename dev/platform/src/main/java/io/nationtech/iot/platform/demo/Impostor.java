package io.nationtech.iot.platform.demo;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Wire;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A device that is let in, and wants what is another's. */
final class Impostor {
  private Impostor() {}

  /**
   * Listens to another device's feed, reports in its name, and asks for its desired document; gives
   * the server's words to each.
   */
  static List<String> reachFor(DeviceId victim, String url, DeviceId self, String token) {
    var refusals = new CopyOnWriteArrayList<String>();
    var inbox = Wire.inboxPrefix(self.value()) + ".";
    var options =
        new Options.Builder()
            .server(url)
            .token(token.toCharArray())
            .inboxPrefix(inbox)
            .noReconnect()
            .errorListener(
                new ErrorListener() {
                  @Override
                  public void errorOccurred(Connection connection, String error) {
                    refusals.add(error);
                  }
                })
            .build();
    try (var nats = Nats.connect(options)) {
      nats.subscribe(Wire.desiredFeed(victim.value()));
      nats.publish(Wire.kvSubject(Wire.BUCKET_REPORTED, victim.value()), new byte[0]);
      nats.publish(
          Wire.directGet(Wire.BUCKET_DESIRED, victim.value()), inbox + "answer", new byte[0]);
      Story.await("NATS to refuse all three", () -> refusals.size() == 3);
      return refusals;
    } catch (IOException e) {
      throw new Story.Broken(self + " can't sign in to NATS: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
