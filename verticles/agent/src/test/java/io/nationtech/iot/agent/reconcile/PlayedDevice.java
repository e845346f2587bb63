package io.nationtech.iot.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Facts;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.Planner;
import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.agent.plan.Reporter;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.codec.DesiredDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The agent's decisions, steps and history on a played podman, without a clock or a thread: a pass
 * after the other, and an agent that dies and starts again with what it had kept.
 */
final class PlayedDevice {
  private static final int MOST_PASSES_AT_ONE_TIME = 40;
  private static final Policy POLICY = new Policy(List.of(), List.of(), false, false);

  final PlayedPodman podman = new PlayedPodman();

  /** What was begun and with what outcome, for the message of a failed test. */
  final List<String> journal = new ArrayList<>();

  Optional<DesiredDocument> desired = Optional.empty();
  private Map<String, Quarantine> kept = Map.of();
  private History history = new History(kept);
  private Executor executor = newExecutor();

  /** Goes on until nothing is left to do at this time; that has to come soon. */
  void settle() {
    for (int passes = 0; pass(); passes++) {
      assertTrue(passes < MOST_PASSES_AT_ONE_TIME, () -> "it spins: " + lastLines());
    }
  }

  void after(Duration time) {
    podman.pass(time);
    settle();
  }

  private Executor newExecutor() {
    return new Executor(
        podman,
        (key, service) -> Planner.stillWanted(facts(List.of()), key, service),
        (key, service) -> Delivery.NONE,
        (key, phase) -> {});
  }

  void startAgain() {
    journal.add("-- the agent starts again");
    podman.agentDead = false;
    history = new History(kept);
    executor = newExecutor();
  }

  Map<String, Quarantine> quarantined() {
    return history.quarantined();
  }

  String lastLines() {
    return String.join("\n", journal.subList(Math.max(0, journal.size() - 60), journal.size()));
  }

  /** Whether anything was begun. */
  private boolean pass() {
    if (podman.agentDead) {
      startAgain();
    }
    var observed = podman.observe();
    if (!observed.succeeded()) {
      return podman.agentDead;
    }
    history.forget(podman.now);
    var plan = Planner.plan(facts(observed.result()));
    Reporter.report(facts(observed.result()), plan.refusals(), Map.of());
    var begun = new HashSet<ServiceKey>();
    for (var step : plan.steps()) {
      if (begun.add(step.key()) && !podman.agentDead) {
        begin(step);
      }
    }
    return !begun.isEmpty();
  }

  private void begin(Step step) {
    journal.add(
        "%s %s %s (%s)"
            .formatted(podman.now, step.getClass().getSimpleName(), step.key(), step.reason()));
    history.began(step);
    var version =
        desired
            .map(document -> document.deployments().get(step.key().deployment()))
            .map(deployment -> deployment.version());
    executor
        .execute(step)
        .onSuccess(done -> history.succeeded(step, podman.now))
        .onFailure(e -> failed(step, version, e));
  }

  private void failed(Step step, Optional<String> version, Throwable e) {
    journal.add("    " + e.getMessage());
    if (e instanceof NoLongerWanted) {
      return;
    }
    if (e instanceof ReplacementFailed replacement) {
      history.rolledBack(step, version, replacement);
      kept = history.quarantined();
    } else {
      history.failed(step, RuntimeFailure.of(e), podman.now);
    }
  }

  private Facts facts(List<ObservedContainer> observed) {
    return new Facts(
        desired,
        observed,
        history.quarantined(),
        history.failures(),
        history.tried(),
        Set.of(),
        POLICY,
        Optional.empty(),
        podman.now);
  }
}
