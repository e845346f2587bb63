package io.nationtech.iot.callout.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nationtech.iot.callout.admit.Observer;
import io.nationtech.iot.callout.decide.Decision;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a collector reads of this callout. */
public final class Metrics implements Observer {
  private static final String DECISIONS = "iot_callout_decisions";

  private final PrometheusMeterRegistry registry;
  private final Counter allowed;
  private final Counter denied;
  private final Counter ignored;
  private final Timer time;

  public Metrics(PrometheusMeterRegistry registry) {
    this.registry = registry;
    this.allowed = decisions("allow");
    this.denied = decisions("deny");
    this.ignored = decisions("ignore");
    this.time =
        Timer.builder("iot_callout_decision")
            .description("From a request to its answer, inside the callout")
            .serviceLevelObjectives(
                Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(100))
            .register(registry);
  }

  /** A value that is asked for when somebody looks. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder("iot_callout_" + name, value).description(description).register(registry);
  }

  @Override
  public void decided(Decision decision, long nanoseconds) {
    time.record(nanoseconds, TimeUnit.NANOSECONDS);
    switch (decision) {
      case Decision.Allow allow -> allowed.increment();
      case Decision.Deny deny -> denied.increment();
      case Decision.Ignore ignore -> ignored.increment();
    }
  }

  private Counter decisions(String outcome) {
    return Counter.builder(DECISIONS)
        .description("Requests by what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }
}
