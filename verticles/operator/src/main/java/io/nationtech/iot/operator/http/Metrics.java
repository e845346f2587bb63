package io.nationtech.iot.operator.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nationtech.iot.operator.reconcile.Figures;
import io.nationtech.iot.operator.reconcile.Observer;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a collector reads of this operator; as many series however many devices there are. */
public final class Metrics implements Observer {
  private static final String PREFIX = "iot_operator_";

  private final PrometheusMeterRegistry registry;

  public Metrics(PrometheusMeterRegistry registry) {
    this.registry = registry;
    for (var target : Target.values()) {
      for (var outcome : Outcome.values()) {
        writes(target, outcome);
      }
    }
  }

  /** Shows {@code figures}, which are asked for when somebody looks. */
  public void show(Supplier<Figures> figures) {
    gauge("devices", "Devices of this cluster", () -> figures.get().devices());
    gauge("connected_devices", "Of them", () -> figures.get().connectedDevices());
    queue(Kind.Device, () -> figures.get().deviceQueue());
    queue(Kind.DeviceDeployment, () -> figures.get().deploymentQueue());
  }

  @Override
  public void wrote(Target target, Outcome outcome) {
    writes(target, outcome).increment();
  }

  private Counter writes(Target target, Outcome outcome) {
    return Counter.builder(PREFIX + "writes")
        .description("Writes to NATS (desired, pin) and to Kubernetes, by what became of them")
        .tag("what", lower(target))
        .tag("outcome", lower(outcome))
        .register(registry);
  }

  private void queue(Kind kind, Supplier<Figures.Queue> queue) {
    Gauge.builder(PREFIX + "queue_length", () -> queue.get().waiting())
        .description("Resources that wait to be reconciled")
        .tag("kind", kind.name())
        .register(registry);
    reconciles(kind, "done", queue, Figures.Queue::done);
    reconciles(kind, "failed", queue, Figures.Queue::failed);
  }

  private void reconciles(
      Kind kind,
      String outcome,
      Supplier<Figures.Queue> queue,
      Function<Figures.Queue, Long> count) {
    FunctionCounter.builder(PREFIX + "reconciles", queue, it -> count.apply(it.get()))
        .description("Resources that were reconciled; what failed is tried again")
        .tag("kind", kind.name())
        .tag("outcome", outcome)
        .register(registry);
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(PREFIX + name, value).description(description).register(registry);
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
