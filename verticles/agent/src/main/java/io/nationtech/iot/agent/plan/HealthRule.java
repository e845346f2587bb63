package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0.Healthcheck;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** When a service's health is looked at and what is made of it, the agent's defaults applied. */
public record HealthRule(
    List<String> command, Duration period, Duration timeout, int failures, Duration startPeriod) {
  private static final int PERIOD_SECONDS = 10;
  private static final int TIMEOUT_SECONDS = 5;
  private static final int FAILURES = 3;

  /** While a service is starting, to be healthy soon counts for more than to be left alone. */
  private static final Duration WHILE_STARTING = Duration.ofSeconds(1);

  public static HealthRule of(Healthcheck check) {
    return new HealthRule(
        check.command(),
        Duration.ofSeconds(check.periodSeconds().orElse(PERIOD_SECONDS)),
        Duration.ofSeconds(check.timeoutSeconds().orElse(TIMEOUT_SECONDS)),
        check.failureThreshold().orElse(FAILURES),
        Duration.ofSeconds(check.startPeriodSeconds().orElse(0)));
  }

  /** From one look to the next, of a container that was started at {@code started}. */
  public Duration pause(Instant started, Instant now) {
    boolean starting = now.isBefore(started.plus(startPeriod));
    return starting && WHILE_STARTING.compareTo(period) < 0 ? WHILE_STARTING : period;
  }

  /** A look that takes so long has failed as often as it may: podman does not end it. */
  public Duration hangs() {
    return timeout.plus(period.multipliedBy(failures - 1L));
  }
}
