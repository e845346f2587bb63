package io.nationtech.iot.agent.reconcile;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Facts;
import io.nationtech.iot.agent.plan.Holding;
import io.nationtech.iot.agent.plan.Images;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.Planner;
import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.agent.plan.Proven;
import io.nationtech.iot.agent.plan.Refusal;
import io.nationtech.iot.agent.plan.Reporter;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.codec.DesiredDocument;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The agent's decisions, steps and history on a played podman, without a clock or a thread: a pass
 * after the other, and an agent that dies and starts again with what it had kept.
 */
final class PlayedDevice {
  private static final int MOST_PASSES_AT_ONE_TIME = 40;
  private static final Policy POLICY = new Policy(List.of(), List.of(), false, false);

  final PlayedPodman podman = new PlayedPodman();

  /** Of which deployments something ran when the last pass looked. */
  Set<String> ran = Set.of();

  /** Sees each step before it is begun. */
  Consumer<Step> watch = step -> {};

  /** What was begun and with what outcome, for the message of a failed test. */
  final List<String> journal = new ArrayList<>();

  Optional<DesiredDocument> desired = Optional.empty();
  private Memory kept = Memory.NONE;
  private History history = new History(kept);
  private final Locks locks = new Locks(podman);
  private Executor executor = newExecutor();
  boolean clockCertain = true;

  /** Deployments whose change waits, as of the last pass. */
  Map<String, Refusal> held = Map.of();

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
        (pull, id) -> history.pulled(pull, id),
        (key, service) -> Delivery.NONE,
        (key, phase) -> {});
  }

  void startAgain() {
    journal.add("-- the agent starts again");
    podman.agentDead = false;
    history = new History(kept);
    executor = newExecutor();
  }

  Map<ServiceKey, Proven> proven() {
    return history.proven();
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
    ran =
        observed.result().stream()
            .filter(ObservedContainer::running)
            .map(container -> container.key().deployment())
            .collect(toSet());
    var found = facts(observed.result());
    locks.look(Planner.locks(found));
    var facts = facts(observed.result());
    var plan = Planner.plan(facts);
    if (history.planned(plan, facts)) {
      kept = history.memory(Optional.empty());
    }
    Reporter.report(facts, plan, Map.of());
    held = plan.held();
    var work = new Work();
    for (var step : plan.steps()) {
      if (!podman.agentDead && work.begin(step)) {
        begin(step);
      }
    }
    return !plan.steps().isEmpty();
  }

  private void begin(Step step) {
    watch.accept(step);
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
      kept = history.memory(Optional.empty());
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
        podman.now,
        history.proven(),
        new Images(history.pulled(), Set.of()),
        new Holding(podman.now, clockCertain, ZoneOffset.UTC, locks.found(), history.held()));
  }
}
