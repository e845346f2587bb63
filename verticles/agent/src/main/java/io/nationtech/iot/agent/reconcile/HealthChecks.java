package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.HealthRule;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the health of what runs, each container in its own time: podman's own timers take
 * systemd. One look at a container at a time, however long it takes; podman counts the failures and
 * keeps them.
 */
final class HealthChecks {
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(10);

  private final Vertx vertx;
  private final ContainerRuntime runtime;
  private final InstantSource clock;
  private final Runnable changed;
  private final Map<String, Check> checks = new HashMap<>();

  /** One container that runs, since {@code started}. */
  private static final class Check {
    final HealthRule rule;
    final Instant started;
    String health;
    @Nullable Instant began;
    long timer = -1;

    Check(HealthRule rule, Instant started, String health) {
      this.rule = rule;
      this.started = started;
      this.health = health;
    }

    boolean hangs(Instant now) {
      return began != null && !now.isBefore(began.plus(rule.hangs()));
    }
  }

  /** {@code changed} is called where a container's health is another than before. */
  HealthChecks(Vertx vertx, ContainerRuntime runtime, InstantSource clock, Runnable changed) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.clock = clock;
    this.changed = changed;
  }

  /**
   * From now on looks at these; the same are given back, but for one whose check hangs: podman
   * calls it what it was before.
   */
  List<ObservedContainer> follow(List<ObservedContainer> observed) {
    var now = clock.instant();
    var running = observed.stream().filter(ObservedContainer::running).toList();
    var ids = running.stream().map(ObservedContainer::id).toList();
    List.copyOf(checks.keySet()).stream().filter(id -> !ids.contains(id)).forEach(this::forget);
    running.forEach(container -> container.healthRule().ifPresent(rule -> follow(container, rule)));
    return observed.stream()
        .map(
            container ->
                Optional.ofNullable(checks.get(container.id()))
                    .filter(check -> check.hangs(now))
                    .map(check -> container.withHealth("unhealthy"))
                    .orElse(container))
        .toList();
  }

  void close() {
    List.copyOf(checks.keySet()).forEach(this::forget);
  }

  private void follow(ObservedContainer container, HealthRule rule) {
    var started = container.startedAt().orElse(Instant.EPOCH);
    var before = checks.get(container.id());
    if (before != null && before.started.equals(started)) {
      before.health = container.health();
      return;
    }
    forget(container.id());
    var check = new Check(rule, started, container.health());
    checks.put(container.id(), check);
    look(container.id(), check);
  }

  private void forget(String id) {
    var check = checks.remove(id);
    if (check != null) {
      vertx.cancelTimer(check.timer);
    }
  }

  private void look(String id, Check check) {
    check.began = clock.instant();
    var hangs = check.rule.hangs();
    check.timer = vertx.setTimer(hangs.toMillis() + 1, late -> changed.run());
    runtime
        .checkHealth(id, hangs.plus(LONGEST_ANSWER))
        .onComplete(health -> looked(id, check, health), e -> looked(id, check, check.health));
  }

  /** What was forgotten meanwhile ended, or was started again. */
  private void looked(String id, Check check, String health) {
    if (checks.get(id) != check) {
      return;
    }
    vertx.cancelTimer(check.timer);
    boolean news = !health.equals(check.health) || check.hangs(clock.instant());
    check.began = null;
    check.health = health;
    var pause = check.rule.pause(check.started, clock.instant());
    check.timer = vertx.setTimer(pause.toMillis(), due -> look(id, check));
    if (news) {
      changed.run();
    }
  }
}
