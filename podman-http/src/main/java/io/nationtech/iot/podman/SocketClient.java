package io.nationtech.iot.podman;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** HTTP over podman's Unix socket: one answer a call, or a stream that goes on. */
final class SocketClient {
  private static final String BASE = "/v4.0.0/libpod";

  private final HttpClient calls;
  // A stream holds its connection as long as it lasts, so streams have a pool of their own.
  private final HttpClient streams;
  private final String path;

  record Answer(int status, String body) {}

  SocketClient(Vertx vertx, String path) {
    this.path = path;
    var options = new HttpClientOptions().setKeepAliveTimeout(30);
    this.calls = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(8));
    this.streams = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(64));
  }

  /** The whole answer, whatever its status; fails where there is none within {@code timeout}. */
  Future<Answer> call(HttpMethod method, String uri, Buffer body, Duration timeout) {
    var answer = Promise.<Answer>promise();
    calls
        .request(options(method, uri))
        .onFailure(e -> answer.tryFail(unavailable(e)))
        .onSuccess(request -> send(request, body, timeout, answer));
    return answer.future();
  }

  /**
   * Sends, and reads the body from the very callback that brings the response: a chain of futures
   * comes to the body too late about once in a thousand calls, and its bytes are gone.
   */
  private void send(
      HttpClientRequest request, Buffer body, Duration timeout, Promise<Answer> answer) {
    request.idleTimeout(timeout.toMillis());
    request
        .response()
        .onComplete(
            response ->
                response
                    .body()
                    .onComplete(
                        bytes ->
                            answer.tryComplete(new Answer(response.statusCode(), bytes.toString())),
                        e -> answer.tryFail(broken(e, request, timeout))),
            e -> answer.tryFail(broken(e, request, timeout)));
    if (body.length() > 0) {
      request.putHeader("Content-Type", "application/json");
    }
    request.send(body);
  }

  /**
   * Hands over chunks as they come; the future ends with the stream. {@code started} gets the
   * response first.
   */
  Future<Void> stream(HttpMethod method, String uri, Handler<HttpClientResponse> started) {
    var ended = Promise.<Void>promise();
    streams
        .request(options(method, uri))
        .onFailure(e -> ended.tryFail(unavailable(e)))
        .onSuccess(
            request -> {
              request
                  .response()
                  .onComplete(
                      response -> {
                        response.exceptionHandler(e -> ended.tryFail(unavailable(e)));
                        response.endHandler(end -> ended.tryComplete());
                        started.handle(response);
                      },
                      e -> ended.tryFail(unavailable(e)));
              request.send();
            });
    return ended.future();
  }

  Future<Void> close() {
    return calls.close().eventually(streams::close);
  }

  private RequestOptions options(HttpMethod method, String uri) {
    return new RequestOptions()
        .setServer(SocketAddress.domainSocketAddress(path))
        .setHost("podman")
        .setPort(80)
        .setMethod(method)
        .setURI(BASE + uri);
  }

  private PodmanException unavailable(Throwable e) {
    return new PodmanException(
        PodmanException.Kind.UNAVAILABLE, "podman does not answer on " + path + ": " + reason(e));
  }

  private PodmanException broken(Throwable e, HttpClientRequest request, Duration timeout) {
    boolean late = e instanceof TimeoutException || reason(e).contains("timeout");
    return late
        ? new PodmanException(
            PodmanException.Kind.TIMEOUT,
            "podman did not answer " + request.getURI() + " within " + timeout.toSeconds() + " s")
        : unavailable(e);
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
