package io.nationtech.iot.podman;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One call and its answer; every future fails with a {@link PodmanException}. */
final class Calls {
  static final Buffer NOTHING = Buffer.buffer();

  private final SocketClient client;
  private final Duration timeout;

  Calls(SocketClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  Future<List<JsonObject>> array(String uri) {
    return answered(HttpMethod.GET, uri, NOTHING, timeout, 200)
        .map(body -> body.equals("null") ? new JsonArray() : new JsonArray(body))
        .map(all -> all.stream().map(JsonObject.class::cast).toList());
  }

  <T> Future<T> get(String uri, Function<JsonObject, T> read) {
    return answered(HttpMethod.GET, uri, NOTHING, timeout, 200)
        .map(body -> read.apply(new JsonObject(body)));
  }

  Future<Void> done(HttpMethod method, String uri, Duration bound, Integer... good) {
    return answered(method, uri, NOTHING, bound, good).mapEmpty();
  }

  Future<String> answered(
      HttpMethod method, String uri, Buffer body, Duration bound, Integer... good) {
    return expect(client.call(method, uri, body, bound), good);
  }

  static Future<String> expect(Future<SocketClient.Answer> call, Integer... good) {
    return call.compose(
        answer ->
            List.of(good).contains(answer.status())
                ? Future.succeededFuture(answer.body())
                : Future.failedFuture(PodmanException.of(answer.status(), answer.body())));
  }

  static <T> Future<Optional<T>> absentAsEmpty(Future<T> future) {
    return future
        .map(Optional::of)
        .recover(
            e ->
                e instanceof PodmanException podman
                        && podman.kind() == PodmanException.Kind.NOT_FOUND
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(e));
  }
}
