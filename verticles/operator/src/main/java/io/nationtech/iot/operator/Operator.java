package io.nationtech.iot.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nationtech.iot.observe.Probes;
import io.nationtech.iot.operator.http.Metrics;
import io.nationtech.iot.operator.kube.KubernetesResources;
import io.nationtech.iot.operator.nats.NatsDocuments;
import io.nationtech.iot.operator.reconcile.Figures;
import io.nationtech.iot.operator.reconcile.Loop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One running operator. */
public final class Operator {
  private static final int CALL_TIMEOUT_MS = 10_000;

  private final Vertx vertx;
  private final String deployment;
  private final OperatorVerticle verticle;

  private Operator(Vertx vertx, String deployment, OperatorVerticle verticle) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.verticle = verticle;
  }

  /**
   * Starts one and returns before it has reached anything: Kubernetes and NATS may come later, and
   * are tried for ever.
   */
  public static Future<Operator> start(
      Vertx vertx, OperatorSettings settings, Config kubernetes, PrometheusMeterRegistry registry) {
    var verticle = new OperatorVerticle(settings, kubernetes, registry);
    return vertx
        .deployVerticle(verticle)
        .map(deployment -> new Operator(vertx, deployment, verticle));
  }

  /** Where probes and metrics are served. */
  public int httpPort() {
    return Objects.requireNonNull(verticle.http).actualPort();
  }

  /** Ends it; the devices run on. */
  public Future<Void> close() {
    return vertx.undeploy(deployment);
  }

  private static final class OperatorVerticle extends VerticleBase {
    private final OperatorSettings settings;
    private final Config kubernetes;
    private final PrometheusMeterRegistry registry;
    private @Nullable KubernetesResources resources;
    private @Nullable NatsDocuments documents;
    private @Nullable HttpServer http;

    OperatorVerticle(
        OperatorSettings settings, Config kubernetes, PrometheusMeterRegistry registry) {
      this.settings = settings;
      this.kubernetes = kubernetes;
      this.registry = registry;
    }

    @Override
    public Future<?> start() {
      var client = new KubernetesClientBuilder().withConfig(patient()).build();
      var metrics = new Metrics(registry);
      resources = new KubernetesResources(vertx, client, settings.namespace(), metrics);
      documents =
          new NatsDocuments(vertx, settings.nats()::connection, settings.replicas(), metrics);
      var loop =
          new Loop(
              vertx, Clock.systemUTC(), System::nanoTime, settings.loop(), resources, documents);
      metrics.show(loop::figures);
      loop.start();
      return new Probes(registry, () -> parts(loop.figures()))
          .listen(vertx, settings.http().host(), settings.http().port())
          .onSuccess(listening -> http = listening);
    }

    private static Map<String, Boolean> parts(Figures figures) {
      var parts = new LinkedHashMap<String, Boolean>();
      parts.put("kubernetes", figures.synced());
      parts.put("nats", figures.connected());
      return parts;
    }

    /** A call fails soon: the work queue tries again, and other work goes on meanwhile. */
    private Config patient() {
      return new ConfigBuilder(kubernetes)
          .withRequestTimeout(CALL_TIMEOUT_MS)
          .withConnectionTimeout(CALL_TIMEOUT_MS)
          .withRequestRetryBackoffLimit(0)
          .build();
    }

    @Override
    public Future<?> stop() {
      return Future.join(
          Objects.requireNonNull(resources).close(),
          Objects.requireNonNull(documents).close(),
          http == null ? Future.succeededFuture() : http.close());
    }
  }
}
