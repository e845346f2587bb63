package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.RestartPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** From what must run and what runs to what to do. */
public final class Planner {
  /**
   * How long the old container is kept beside a new one at the least, though the new one may count
   * as ready sooner.
   */
  static final Duration PROOF = Duration.ofSeconds(3);

  private final Facts facts;
  private final Map<String, Refusal> refusals;
  private final List<Step> steps = new ArrayList<>();

  private Planner(Facts facts) {
    this.facts = facts;
    this.refusals = Refusals.of(facts.deployments(), facts.policy());
  }

  public static Plan plan(Facts facts) {
    var planner = new Planner(facts);
    boolean mayChange = facts.desired().filter(desired -> !desired.paused()).isPresent();
    if (mayChange) {
      facts.deployments().forEach(planner::deployment);
      planner.removeWhatNobodyWants();
    } else {
      facts.observed().stream().map(ObservedContainer::key).distinct().forEach(planner::keep);
    }
    return new Plan(List.copyOf(planner.steps), planner.refusals);
  }

  private void deployment(String name, Deployment deployment) {
    boolean quarantined = facts.quarantined(name, deployment);
    if (quarantined || refusals.containsKey(name)) {
      facts.observed().stream()
          .map(ObservedContainer::key)
          .filter(key -> key.deployment().equals(name))
          .distinct()
          .forEach(quarantined ? this::goBack : this::keep);
    } else if (deployment.score() instanceof PodmanV0 score) {
      score
          .services()
          .forEach(service -> service(new ServiceKey(name, service.name()), service, deployment));
    }
  }

  /** What ran goes on running; where nothing of a service runs, its last settled container. */
  private void keep(ServiceKey key) {
    var all = facts.observed(key);
    if (all.stream().noneMatch(ObservedContainer::running)) {
      all.stream()
          .max((a, b) -> Boolean.compare(a.settled(), b.settled()))
          .filter(this::shouldRunAgain)
          .ifPresent(this::again);
    }
  }

  /** A version that failed leaves no service of it half changed. */
  private void goBack(ServiceKey key) {
    var all = facts.observed(key);
    var old = all.stream().filter(ObservedContainer::settled).findFirst();
    var unproven = all.stream().filter(container -> !container.settled()).findFirst();
    if (old.isPresent() && unproven.isPresent() && !facts.busy().contains(key)) {
      add(
          new Step.RollBack(
              key, unproven.get(), old.get(), "another service of this version failed"));
    } else {
      keep(key);
    }
  }

  private void service(ServiceKey key, Service service, Deployment deployment) {
    if (facts.busy().contains(key)) {
      return;
    }
    var all = facts.observed(key);
    var leaving = all.stream().filter(ObservedContainer::leaving).findFirst();
    if (leaving.isPresent()) {
      add(new Step.Remove(key, leaving.get(), "its removal was cut off"));
      return;
    }
    var current =
        all.stream().filter(container -> container.spec().equals(service.spec())).findFirst();
    var others =
        all.stream().filter(container -> current.filter(container::equals).isEmpty()).toList();
    if (current.isPresent()) {
      current(key, current.get(), others, deployment);
    } else if (others.isEmpty()) {
      add(new Step.Start(key, service, "no container yet"));
    } else {
      replace(key, service, others);
    }
  }

  /** The new image may be long in coming, or never come: until then what ran has to run. */
  private void replace(ServiceKey key, Service service, List<ObservedContainer> others) {
    var old = best(others);
    boolean ran = !old.neverRan() && others.stream().noneMatch(ObservedContainer::running);
    if (ran && shouldRunAgain(old) && !facts.waits(new Attempt(key, old.spec()))) {
      again(old);
    } else {
      var superseded = others.stream().filter(container -> !container.equals(old)).toList();
      add(
          new Step.Replace(
              key, service, old, superseded, PodmanV0.difference(old.spec(), service)));
    }
  }

  private void current(
      ServiceKey key,
      ObservedContainer current,
      List<ObservedContainer> others,
      Deployment deployment) {
    if (current.settled()) {
      settled(key, current, others);
    } else if (current.running()) {
      if (proven(current, deployment)) {
        add(new Step.Promote(key, current, others, "it runs"));
      }
    } else if (current.done()) {
      add(new Step.Promote(key, current, others, "it is done"));
    } else if (others.isEmpty()) {
      // Its predecessor is gone, so there is nothing to go back to.
      add(new Step.Promote(key, current, others, "nothing else is left"));
    } else if (current.neverRan()) {
      // The agent ended between making and starting it: begin anew, the old one may still run.
      add(new Step.Remove(key, current, "left over from an update that was cut off"));
    } else if (current.ended() && !facts.tried().contains(new Attempt(key, current.spec()))) {
      again(current);
    } else if (current.ended()) {
      add(
          new Step.RollBack(
              key, current, best(others), "the new version does not stay up: " + current.ending()));
    }
  }

  private void settled(
      ServiceKey key, ObservedContainer current, List<ObservedContainer> others) {
    if (others.isEmpty()) {
      keep(key);
    } else {
      add(
          new Step.Restore(
              key, current, others, "it is wanted again, and what was to replace it is not"));
    }
  }

  private boolean proven(ObservedContainer current, Deployment deployment) {
    var least = Duration.ofSeconds(deployment.minReadySeconds().orElse(0));
    var wait = least.compareTo(PROOF) > 0 ? least : PROOF;
    return current
        .startedAt()
        .filter(started -> !started.plus(wait).isAfter(facts.now()))
        .isPresent();
  }

  private boolean shouldRunAgain(ObservedContainer container) {
    if (!container.ended()
        || facts.busy().contains(container.key())) {
      return false;
    }
    return container.neverRan()
        || switch (container.restartPolicy()) {
          case RestartPolicy.Always -> true;
          case RestartPolicy.OnFailure -> !container.done();
          case RestartPolicy.Never -> false;
        };
  }

  private void again(ObservedContainer container) {
    add(
        new Step.StartAgain(
            container.key(),
            container,
            container.neverRan()
                ? "it was made and not started"
                : container.ending()));
  }

  /** What failed waits for its time, whatever it is: a step that fails at once must not spin. */
  private void add(Step step) {
    if (!facts.waits(step.attempt())) {
      steps.add(step);
    }
  }

  private void removeWhatNobodyWants() {
    for (var container : facts.observed()) {
      var key = container.key();
      var deployment = facts.deployments().get(key.deployment());
      boolean kept = deployment != null && (frozen(key, deployment) || wants(key, deployment));
      if (!kept && !facts.busy().contains(key)) {
        add(
            new Step.Remove(
                key,
                container,
                deployment == null
                    ? "its deployment is gone"
                    : "its service is gone from the deployment"));
      }
    }
  }

  private boolean frozen(ServiceKey key, Deployment deployment) {
    return refusals.containsKey(key.deployment())
        || facts.quarantined(key.deployment(), deployment);
  }

  private static boolean wants(ServiceKey key, Deployment deployment) {
    return deployment.score() instanceof PodmanV0 score
        && score.services().stream().anyMatch(service -> service.name().equals(key.service()));
  }

  /** The one to go back to: proven before running. */
  private static ObservedContainer best(List<ObservedContainer> containers) {
    return containers.stream()
        .max(
            Comparator.comparing(ObservedContainer::settled)
                .thenComparing(ObservedContainer::running))
        .orElseThrow();
  }
}
