package io.nationtech.iot.nats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.Supplier;

/** What jnats is told for one connection. */
final class ConnectionOptions {
  private static final int MAX_CONTROL_LINE = 16 * 1024;

  private ConnectionOptions() {}

  /** Connects once; blocks. {@code waits}: how long to wait now, where jnats connects again. */
  static Connection connect(
      NatsSettings settings,
      Supplier<Duration> waits,
      LastError errors,
      ConnectionListener listener)
      throws GeneralSecurityException, IOException, InterruptedException {
    var options =
        new Options.Builder()
            .servers(settings.urls().toArray(String[]::new))
            .connectionName(settings.name())
            .inboxPrefix(settings.inboxPrefix())
            .maxControlLine(MAX_CONTROL_LINE)
            .connectionTimeout(NatsConnection.ANSWER)
            // How often jnats looks for requests whose time is over; by default as long again.
            .requestCleanupInterval(Duration.ofMillis(250))
            // Keeps the host's name, which its certificate is for; others put an address in its
            // place.
            .hostnameResolveMode(Options.HostnameResolveMode.HappyEyeballs)
            .maxReconnects(-1)
            // Its own waits never grow: ten thousand devices would come back every second for ever.
            .reconnectDelayHandler(rounds -> waits.get())
            .pingInterval(settings.pings().interval())
            .maxPingsOut(settings.pings().unanswered())
            .errorListener(errors)
            .connectionListener(listener);
    if (settings.encrypted()) {
      options.sslContext(settings.trust().context());
    }
    settings.credentials().apply(options);
    return Nats.connect(options.build());
  }
}
