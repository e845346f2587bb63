package io.nationtech.iot.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a probe and a collector are answered. */
class ProbesTest {
  private final PrometheusMeterRegistry registry = Metered.registry();
  private final Vertx vertx = Metered.vertx(registry);
  private final Map<String, Boolean> parts = new ConcurrentSkipListMap<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  @BeforeEach
  void listen() throws Exception {
    port =
        new Probes(registry, () -> new TreeMap<>(parts))
            .listen(vertx, "127.0.0.1", 0)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void readyNamesWhatIsMissingAndLiveDoesNotMind() throws Exception {
    parts.put("kubernetes", true);
    parts.put("nats", false);
    var missing = ask("GET", "/readyz");
    assertEquals(503, missing.statusCode());
    assertEquals("kubernetes: ok\nnats: missing\n", missing.body());
    assertEquals(200, ask("GET", "/livez").statusCode());
    parts.put("nats", true);
    assertEquals(200, ask("GET", "/readyz").statusCode());
    assertEquals(404, ask("GET", "/").statusCode());
  }

  @Test
  void whoeverAsksAddsNothingToTheMetrics() throws Exception {
    registry.counter("some").increment();
    var before = ask("GET", "/metrics");
    assertTrue(before.body().contains("some_total 1.0"), before.body());
    for (int i = 0; i < 100; i++) {
      ask("MADEUP" + i, "/made-up-" + i);
    }
    var after = ask("GET", "/metrics").body();
    assertFalse(after.contains("MADEUP"), after);
    assertFalse(after.contains("made-up"), after);
    assertEquals(before.body().lines().count(), after.lines().count());
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    var address = URI.create("http://127.0.0.1:" + port + path);
    return client.send(
        HttpRequest.newBuilder(address).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }
}
