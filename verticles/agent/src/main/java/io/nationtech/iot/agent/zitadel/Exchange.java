package io.nationtech.iot.agent.zitadel;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * One question to the identity provider and its answer, on a connection of its own: some hours pass
 * until the next one.
 */
final class Exchange {
  private static final int LONGEST_ANSWER = 64 * 1024;
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final int PATIENCE_SECONDS = 30;

  /** An answer, whatever its status; {@code date} is the time there. */
  record Reply(int status, Buffer body, Optional<Instant> date) {}

  private final Vertx vertx;
  private final URI issuer;

  Exchange(Vertx vertx, URI issuer) {
    this.vertx = vertx;
    this.issuer = issuer;
  }

  /** Looks up the host by the system's own ways, which may change after a boot; blocks. */
  InetAddress address() throws IOException {
    return InetAddress.getByName(issuer.getHost());
  }

  Future<Reply> ask(InetAddress at, X509ExtendedTrustManager trust, String path) {
    return exchange(at, trust, HttpMethod.HEAD, path, Buffer.buffer());
  }

  Future<Reply> tell(InetAddress at, X509ExtendedTrustManager trust, String path, Buffer form) {
    return exchange(at, trust, HttpMethod.POST, path, form);
  }

  private Future<Reply> exchange(
      InetAddress at, X509ExtendedTrustManager trust, HttpMethod method, String path, Buffer form) {
    var client = client(trust);
    var request =
        new RequestOptions()
            .setMethod(method)
            .setAbsoluteURI(issuer + path)
            .setServer(SocketAddress.inetSocketAddress(port(), at.getHostAddress()))
            .putHeader("Content-Type", "application/x-www-form-urlencoded")
            .putHeader("Accept", "application/json");
    return client
        .request(request)
        .compose(asked -> asked.send(form).compose(Exchange::read))
        .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .eventually(client::close);
  }

  private HttpClientAgent client(X509ExtendedTrustManager trust) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(encrypted())
            .setVerifyHost(true)
            .setTrustOptions(TrustOptions.wrap(trust))
            // Certificates are checked on a worker.
            .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true))
            .setConnectTimeout(CONNECT_TIMEOUT_MS)
            .setKeepAlive(false));
  }

  private boolean encrypted() {
    return "https".equals(issuer.getScheme());
  }

  private int port() {
    return issuer.getPort() >= 0 ? issuer.getPort() : encrypted() ? 443 : 80;
  }

  private static Future<Reply> read(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    var body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    response.handler(
        part -> {
          body.appendBuffer(part);
          if (body.length() > LONGEST_ANSWER) {
            whole.tryFail(new IOException("the answer is too long"));
            response.request().reset();
          }
        });
    response.endHandler(end -> whole.tryComplete(body));
    return whole
        .future()
        .map(read -> new Reply(response.statusCode(), read, date(response.getHeader("Date"))));
  }

  private static Optional<Instant> date(@Nullable String header) {
    try {
      return Optional.ofNullable(header)
          .map(DateTimeFormatter.RFC_1123_DATE_TIME::parse)
          .map(Instant::from);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
