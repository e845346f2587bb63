package io.nationtech.iot.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.nationtech.iot.operator.kube.KubernetesResources;
import io.nationtech.iot.operator.nats.NatsDocuments;
import io.nationtech.iot.operator.reconcile.Loop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One running operator. */
public final class Operator {
  private static final int CALL_TIMEOUT_MS = 10_000;

  private final Vertx vertx;
  private final String deployment;

  private Operator(Vertx vertx, String deployment) {
    this.vertx = vertx;
    this.deployment = deployment;
  }

  /**
   * Starts one and returns before it has reached anything: Kubernetes and NATS may come later, and
   * are tried for ever.
   */
  public static Future<Operator> start(Vertx vertx, OperatorSettings settings, Config kubernetes) {
    return vertx
        .deployVerticle(new OperatorVerticle(settings, kubernetes))
        .map(deployment -> new Operator(vertx, deployment));
  }

  /** Ends it; the devices run on. */
  public Future<Void> close() {
    return vertx.undeploy(deployment);
  }

  private static final class OperatorVerticle extends VerticleBase {
    private final OperatorSettings settings;
    private final Config kubernetes;
    private @Nullable KubernetesResources resources;
    private @Nullable NatsDocuments documents;

    OperatorVerticle(OperatorSettings settings, Config kubernetes) {
      this.settings = settings;
      this.kubernetes = kubernetes;
    }

    @Override
    public Future<?> start() {
      var client = new KubernetesClientBuilder().withConfig(patient()).build();
      resources = new KubernetesResources(vertx, client, settings.namespace());
      documents = new NatsDocuments(vertx, settings.nats()::connection, settings.replicas());
      new Loop(vertx, Clock.systemUTC(), System::nanoTime, settings.loop(), resources, documents)
          .start();
      return Future.succeededFuture();
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
          Objects.requireNonNull(resources).close(), Objects.requireNonNull(documents).close());
    }
  }
}
