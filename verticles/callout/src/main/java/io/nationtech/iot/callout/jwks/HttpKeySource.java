package io.nationtech.iot.callout.jwks;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Keys over HTTP; redirects are not followed, and no answer may be large. */
final class HttpKeySource implements KeySource {
  private static final int CONNECT_MS = 3_000;
  private static final long ANSWER_MS = 5_000;
  private static final int MAX_BYTES = 256 * 1024;
  private static final int OK = 200;

  private final HttpClient client;

  /** {@code caFile}: certificates to trust in place of the system's, PEM. */
  HttpKeySource(Vertx vertx, Optional<Path> caFile) {
    var options = new HttpClientOptions().setConnectTimeout(CONNECT_MS).setMaxChunkSize(MAX_BYTES);
    caFile.ifPresent(
        file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    this.client = vertx.createHttpClient(options);
  }

  @Override
  public Future<String> fetch(String url) {
    return client
        .request(new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(url))
        .compose(HttpKeySource::answer)
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(body -> body.toString(StandardCharsets.UTF_8));
  }

  private static Future<Buffer> answer(HttpClientRequest request) {
    return request
        .send()
        .compose(
            response ->
                response.statusCode() == OK
                    ? limited(request, response)
                    : Future.failedFuture("HTTP " + response.statusCode()));
  }

  private static Future<Buffer> limited(HttpClientRequest request, HttpClientResponse response) {
    var body = Buffer.buffer();
    response.handler(
        chunk -> {
          body.appendBuffer(chunk);
          if (body.length() > MAX_BYTES) {
            request.reset();
          }
        });
    return response.end().map(body);
  }
}
