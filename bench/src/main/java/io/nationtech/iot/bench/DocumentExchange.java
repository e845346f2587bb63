package io.nationtech.iot.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Trust;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.PrivateAuthority;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What an agent does now and then in any case: it reads its one document and puts the other. */
final class DocumentExchange {
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private DocumentExchange() {}

  /** As the device and by the agent's own code, on a connection that stands already. */
  static Traffic traffic(
      NatsServer nats, PrivateAuthority authority, DeviceId device, ReportedDocument report)
      throws IOException {
    var id = device.value();
    var vertx = Vertx.vertx();
    var settings =
        new NatsSettings(
            List.of(nats.secureUrl()),
            "exchange",
            Credentials.shared(id, nats.devicePassword(id)),
            Wire.inboxPrefix(id),
            Trust.in(Optional.of(authority.certificate())));
    var there = new CompletableFuture<Boolean>();
    var connection = NatsConnection.open(vertx, settings, state -> there.complete(true));
    try {
      there.join();
      Processes.pause(SETTLING);
      vertx.setTimer(
          SETTLING.toMillis() / 2,
          go -> {
            new Bucket(connection, Wire.BUCKET_DESIRED).get(id);
            new Bucket(connection, Wire.BUCKET_REPORTED).put(id, report.encode().getBytes(UTF_8));
          });
      return Traffic.during(nats.pid(), SETTLING.multipliedBy(2));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
