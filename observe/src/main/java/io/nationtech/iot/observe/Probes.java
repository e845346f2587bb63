package io.nationtech.iot.observe;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code /livez}, {@code /readyz} and {@code /metrics}. */
public final class Probes {
  private final PrometheusMeterRegistry registry;
  private final Supplier<Map<String, Boolean>> parts;

  /** {@code parts}: all that has to be there, and whether it is. */
  public Probes(PrometheusMeterRegistry registry, Supplier<Map<String, Boolean>> parts) {
    this.registry = registry;
    this.parts = parts;
  }

  public Future<HttpServer> listen(Vertx vertx, String host, int port) {
    return vertx.createHttpServer().requestHandler(this::answer).listen(port, host);
  }

  private void answer(HttpServerRequest request) {
    switch (request.path()) {
      case "/livez" -> request.response().end("ok\n");
      case "/readyz" -> ready(request);
      case "/metrics" ->
          request
              .response()
              .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
              .end(registry.scrape());
      case null, default -> request.response().setStatusCode(404).end();
    }
  }

  private void ready(HttpServerRequest request) {
    var now = parts.get();
    var text =
        now.entrySet().stream()
            .map(part -> part.getKey() + ": " + (part.getValue() ? "ok" : "missing"))
            .collect(Collectors.joining("\n", "", "\n"));
    request.response().setStatusCode(now.containsValue(false) ? 503 : 200).end(text);
  }
}
