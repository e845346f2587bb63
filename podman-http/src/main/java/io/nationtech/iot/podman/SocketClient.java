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
import java.util.Map;
import java.util.concurrent.CancellationException;

/** HTTP over podman's Unix socket: one answer a call, or a stream that goes on. */
final class SocketClient {
  private static final String BASE = "/v4.0.0/libpod";
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final HttpClient calls;
  // A stream, or a call that takes long, holds its connection as long as it lasts: a pool of their
  // own, so that a look at the containers never waits for one.
  private final HttpClient streams;
  private final String path;
  private boolean closed;

  record Answer(int status, String body) {}

  SocketClient(Vertx vertx, String path) {
    this.vertx = vertx;
    this.path = path;
    var options = new HttpClientOptions().setKeepAliveTimeout(30);
    this.calls = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(8));
    this.streams = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(256));
  }

  /** The whole answer, whatever its status; fails where there is none within {@code timeout}. */
  Future<Answer> call(HttpMethod method, String uri, Buffer body, Duration timeout) {
    return call(calls, method, uri, body, JSON, timeout);
  }

  Future<Answer> call(HttpMethod method, String uri, Buffer body, String type, Duration timeout) {
    return call(calls, method, uri, body, type, timeout);
  }

  /** The same for what may take minutes. */
  Future<Answer> longCall(HttpMethod method, String uri, Duration timeout) {
    return call(streams, method, uri, Buffer.buffer(), JSON, timeout);
  }

  /** The bound is over all of it, a wait for a connection and the body included. */
  private Future<Answer> call(
      HttpClient client,
      HttpMethod method,
      String uri,
      Buffer body,
      String type,
      Duration timeout) {
    var answer = Promise.<Answer>promise();
    long timer = vertx.setTimer(timeout.toMillis(), late -> answer.tryFail(late(uri, timeout)));
    request(client, method, uri)
        .onFailure(e -> answer.tryFail(unavailable(e)))
        .onSuccess(
            request -> {
              answer.future().onFailure(e -> request.reset());
              if (!answer.future().isComplete()) {
                send(request, body, type, answer);
              }
            });
    return answer.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /**
   * Sends, and reads the body from the very callback that brings the response: a chain of futures
   * comes to the body too late about once in a thousand calls, and its bytes are gone.
   */
  private void send(HttpClientRequest request, Buffer body, String type, Promise<Answer> answer) {
    request
        .response()
        .onComplete(
            response ->
                response
                    .body()
                    .onComplete(
                        bytes ->
                            answer.tryComplete(new Answer(response.statusCode(), bytes.toString())),
                        e -> answer.tryFail(unavailable(e))),
            e -> answer.tryFail(unavailable(e)));
    if (body.length() > 0) {
      request.putHeader("Content-Type", type);
    }
    request.send(body);
  }

  /**
   * Hands over chunks as they come; the future ends with the stream. {@code started} gets the
   * response first. Completing {@code unwanted} ends the stream, and podman ends what it does for
   * it.
   */
  Future<Void> stream(
      HttpMethod method,
      String uri,
      Map<String, String> headers,
      Handler<HttpClientResponse> started,
      Future<?> unwanted) {
    var ended = Promise.<Void>promise();
    request(streams, method, uri)
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
              headers.forEach(request::putHeader);
              request.send();
              unwanted.onComplete(
                  end -> {
                    if (ended.tryFail(unavailable(new CancellationException("not wanted")))) {
                      request.reset();
                    }
                  });
            });
    return ended.future();
  }

  Future<Void> close() {
    closed = true;
    return calls.close().eventually(streams::close);
  }

  /** A client that is closed throws where it should fail: who asks again and again would too. */
  private Future<HttpClientRequest> request(HttpClient client, HttpMethod method, String uri) {
    return closed
        ? Future.failedFuture(new CancellationException("nobody is to ask it any more"))
        : client.request(options(method, uri));
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

  private static PodmanException late(String uri, Duration timeout) {
    return new PodmanException(
        PodmanException.Kind.TIMEOUT,
        "podman did not answer " + uri + " within " + timeout.toSeconds() + " s");
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
