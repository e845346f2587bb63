package io.nationtech.iot.agent.zitadel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.platform.PrivateAuthority;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A token endpoint that fails as it is told to, and remembers what it was asked. */
final class TestProvider implements AutoCloseable {
  private final HttpServer server;
  private final String scheme;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile int status = 200;
  private volatile Supplier<String> body = () -> "";
  private volatile Duration ahead = Duration.ZERO;

  TestProvider(Vertx vertx, Optional<PrivateAuthority.Issued> issued) {
    this(vertx, issued, 0);
  }

  TestProvider(Vertx vertx, Optional<PrivateAuthority.Issued> issued, int port) {
    var options = new HttpServerOptions().setPort(port).setHost("127.0.0.1");
    issued.ifPresent(
        pair ->
            options
                .setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(pair.certificate()))
                        .addKeyValue(Buffer.buffer(pair.key()))));
    this.scheme = issued.isPresent() ? "https" : "http";
    this.server = vertx.createHttpServer(options).requestHandler(this::answer);
    server.listen().toCompletionStage().toCompletableFuture().join();
  }

  String issuer(String host) {
    return scheme + "://" + host + ":" + port();
  }

  int port() {
    return server.actualPort();
  }

  /** How far its clock is ahead of this machine's. */
  void setAhead(Duration ahead) {
    this.ahead = ahead;
  }

  void refuse(int status, String error, String description) {
    this.status = status;
    this.body =
        () -> "{\"error\":\"%s\",\"error_description\":\"%s\"}".formatted(error, description);
  }

  /** Grants tokens that are valid for {@code life} by its own clock. */
  void grant(String subject, Duration life) {
    status = 200;
    body = () -> answer(token(subject, life));
  }

  /** One that is valid for {@code life} by its own clock, and that nobody signed. */
  String token(String subject, Duration life) {
    var now = now().getEpochSecond();
    var claims =
        "{\"iss\":\"test\",\"sub\":\"%s\",\"client_id\":\"pi-1\",\"iat\":%d,\"exp\":%d}"
            .formatted(subject, now, now + life.toSeconds());
    return "e30." + encoded(claims) + ".c2lnbmF0dXJl";
  }

  void grant(String token) {
    status = 200;
    body = () -> answer(token);
  }

  private static String answer(String token) {
    return "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\"}";
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private Instant now() {
    return Instant.now().plus(ahead);
  }

  /** Method, path and form of each request so far. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            form -> {
              asked.add(request.method() + " " + request.path() + " " + form);
              request
                  .response()
                  .setStatusCode(request.path().equals("/oauth/v2/token") ? status : 404)
                  .putHeader(
                      "Date",
                      DateTimeFormatter.RFC_1123_DATE_TIME.format(now().atOffset(ZoneOffset.UTC)))
                  .end(request.method().name().equals("HEAD") ? "" : body.get());
            });
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
