package io.nationtech.iot.operator;

import static io.nationtech.iot.operator.Platform.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.nats.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Probes and metrics of an operator on real servers. */
class ProbesTest {
  private static final Platform PLATFORM = new Platform("pi-1");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @AfterAll
  static void stop() {
    CLIENT.close();
    PLATFORM.close();
  }

  @Test
  void anOperatorWithoutNatsLivesAndSaysWhatIsMissing() {
    var settings = PLATFORM.settings("central");
    var nowhere =
        new OperatorSettings.Nats(
            List.of("nats://127.0.0.1:1"), Credentials.shared("a", "b"), Optional.empty());
    var operator =
        PLATFORM.start(
            new OperatorSettings(
                nowhere,
                settings.namespace(),
                settings.replicas(),
                settings.cluster(),
                settings.heartbeatInterval(),
                settings.resyncInterval(),
                settings.allowMassRemoval(),
                settings.http()));
    await().until(() -> ask(operator, "/readyz").body().equals("kubernetes: ok\nnats: missing\n"));
    assertEquals(503, ask(operator, "/readyz").statusCode());
    assertEquals(200, ask(operator, "/livez").statusCode());
    Platform.get(operator.close());
  }

  @Test
  void aReadyOperatorCountsWhatItDoes() {
    var operator = PLATFORM.start(PLATFORM.settings("central"));
    await().until(() -> ask(operator, "/readyz").statusCode() == 200);
    assertEquals("kubernetes: ok\nnats: ok\n", ask(operator, "/readyz").body());
    int series = metrics(operator).split("\niot_operator_").length;

    var identity = new IdentityDocument("https://id.example", "4711", "400");
    PLATFORM.applyDevice("default", "pi-1", identity);
    for (int i = 2; i <= 5; i++) {
      PLATFORM.applyDevice("default", "pi-" + i);
    }
    PLATFORM.device("pi-1").heartbeat(Duration.ofMinutes(10));
    await().until(() -> value(operator, "connected_devices") == 1);
    await().until(() -> value(operator, "writes_total{outcome=\"done\",what=\"pin\"}") == 1);
    assertEquals(5, value(operator, "devices"));
    assertEquals(5, value(operator, "writes_total{outcome=\"done\",what=\"desired\"}"));
    assertEquals(0, value(operator, "writes_total{outcome=\"conflict\",what=\"desired\"}"));
    await().until(() -> value(operator, "writes_total{outcome=\"done\",what=\"status\"}") >= 5);
    await().until(() -> value(operator, "writes_total{outcome=\"done\",what=\"event\"}") >= 1);
    assertTrue(value(operator, "reconciles_total{kind=\"Device\",outcome=\"done\"}") >= 5);
    await().until(() -> value(operator, "queue_length{kind=\"Device\"}") == 0);
    assertEquals(series, metrics(operator).split("\niot_operator_").length);
    Platform.get(operator.close());
  }

  private static String metrics(Operator operator) {
    return ask(operator, "/metrics").body();
  }

  private static double value(Operator operator, String series) {
    var name = "iot_operator_" + series + " ";
    return metrics(operator)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + "in " + metrics(operator)));
  }

  private static HttpResponse<String> ask(Operator operator, String path) {
    var address = URI.create("http://127.0.0.1:" + operator.httpPort() + path);
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
