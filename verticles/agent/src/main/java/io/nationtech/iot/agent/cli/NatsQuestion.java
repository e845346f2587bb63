package io.nationtech.iot.agent.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.zitadel.Kept;
import io.nationtech.iot.agent.zitadel.Reasons;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.ConnectionState;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Trust;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Asks NATS whether it is there, and whether it lets this device in. */
final class NatsQuestion {
  private static final int PATIENCE_MS = 5000;
  private static final int LOGIN_PATIENCE_SECONDS = 15;
  private static final int USUAL_PORT = 4222;

  private NatsQuestion() {}

  /** Why the server does not answer as it should; empty where it does. Blocks. */
  static Optional<String> server(String url, Trust trust) {
    var uri = URI.create(url);
    int port = uri.getPort() < 0 ? USUAL_PORT : uri.getPort();
    try (var socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.connect(new InetSocketAddress(uri.getHost(), port), PATIENCE_MS);
      // The server speaks first, and in the clear, whatever comes after.
      var greeting = new String(socket.getInputStream().readNBytes("INFO ".length()), US_ASCII);
      if (!greeting.equals("INFO ")) {
        return Optional.of("what answers there is no NATS server");
      }
      if ("tls".equals(uri.getScheme())) {
        skipLine(socket);
        encrypt(socket, uri.getHost(), port, trust);
      }
      return Optional.empty();
    } catch (IOException | GeneralSecurityException e) {
      return Optional.of(Reasons.words(e));
    }
  }

  private static void skipLine(Socket socket) throws IOException {
    int read = 0;
    while (read != '\n' && read >= 0) {
      read = socket.getInputStream().read();
    }
  }

  private static void encrypt(Socket socket, String host, int port, Trust trust)
      throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust.manager()}, null);
    try (var secured =
        (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true)) {
      secured.startHandshake();
    }
  }

  /** Why the server does not let this device in, as whom the configuration says it is. */
  static Future<Optional<String>> login(Vertx vertx, Settings settings) {
    var credentials = credentials(settings);
    if (credentials.isEmpty()) {
      return Future.succeededFuture(Optional.of("there is no token to sign in with yet"));
    }
    Promise<Optional<String>> answer = Promise.promise();
    var connection =
        NatsConnection.open(
            vertx,
            new NatsSettings(
                settings.nats().urls(),
                "iot-agent check " + settings.device(),
                credentials.get(),
                Wire.inboxPrefix(settings.device().value()),
                settings.nats().caFile()),
            state ->
                answer.tryComplete(
                    switch (state) {
                      case ConnectionState.Connected there -> Optional.empty();
                      case ConnectionState.Disconnected away -> Optional.of(away.reason());
                    }));
    return answer
        .future()
        .timeout(LOGIN_PATIENCE_SECONDS, TimeUnit.SECONDS)
        .otherwise(late -> Optional.of("no answer within " + LOGIN_PATIENCE_SECONDS + " s"))
        .eventually(connection::close);
  }

  private static Optional<Credentials> credentials(Settings settings) {
    return switch (settings.identity()) {
      case Identity.Shared shared ->
          Optional.of(Credentials.shared(shared.user(), shared.password()));
      case Identity.NatsCreds creds -> Optional.of(Credentials.file(creds.credsFile()));
      case Identity.Zitadel zitadel ->
          new Kept(zitadel, settings.agent().stateDirectory())
              .load()
              .map(Token::value)
              .map(token -> Credentials.token(() -> token));
    };
  }
}
