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
import java.util.Optional;

/** From what must run and what runs to what to do. */
public final class Planner {
  /**
   * How long the old container is kept beside a new one at the least, though the new one may count
   * as ready sooner.
   */
  static final Duration PROOF = Duration.ofSeconds(3);

  private static final String NOTHING_ELSE = "nothing else is left";

  private final Facts facts;
  private final Map<String, Refusal> refusals;
  private final List<Step> steps = new ArrayList<>();

  private Planner(Facts facts) {
    this.facts = facts;
    this.refusals = Refusals.of(facts.deployments(), facts.policy(), facts.secretsMissing());
  }

  public static Plan plan(Facts facts) {
    var planner = new Planner(facts);
    if (facts.desired().isPresent() && !facts.paused()) {
      facts.deployments().forEach(planner::deployment);
      planner.removeWhatNobodyWants();
    } else {
      facts.observed().stream().map(ObservedContainer::key).distinct().forEach(planner::keep);
    }
    return new Plan(List.copyOf(planner.steps), planner.refusals);
  }

  /** Whether this very service is still to be made: a pull takes long, and much may happen. */
  public static boolean stillWanted(Facts facts, ServiceKey key, Service service) {
    var planner = new Planner(facts);
    var deployment = facts.deployments().get(key.deployment());
    return !facts.paused()
        && deployment != null
        && !planner.frozen(key, deployment)
        && deployment.score() instanceof PodmanV0 score
        && score.services().stream().anyMatch(service::equals);
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
          .forEach(
              service -> service(new ServiceKey(name, service.name()), service, deployment, score));
    }
  }

  /** What ran goes on running; where nothing of a service runs, the best of its containers. */
  private void keep(ServiceKey key) {
    var all = facts.observed(key);
    var one = best(all);
    if (noneRuns(all) && shouldRunAgain(one) && !Order.holdsUp(facts, one)) {
      add(again(one));
    } else if (isToBeCured(one)) {
      add(new Step.StartAgain(key, one, "it is unhealthy"));
    }
  }

  /** Who pauses a device may be looking at the very container. */
  private boolean isToBeCured(ObservedContainer container) {
    return container.unhealthy()
        && container.restartPolicy() != RestartPolicy.Never
        && facts.desired().isPresent()
        && !facts.paused()
        && !facts.busy().contains(container.key());
  }

  /** A version that failed leaves no service of it half changed. */
  private void goBack(ServiceKey key) {
    var all = facts.observed(key);
    var old = best(all);
    var other = all.stream().filter(container -> !container.equals(old)).findFirst();
    if (facts.busy().contains(key)) {
      return;
    }
    if (other.isPresent()) {
      add(new Step.RollBack(key, other.get(), old, "another service of this version failed"));
    } else if (old.settled()) {
      keep(key);
    } else {
      add(new Step.Promote(key, old, List.of(), NOTHING_ELSE));
    }
  }

  private void service(ServiceKey key, Service service, Deployment deployment, PodmanV0 score) {
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
    var leftOver = leftOver(others);
    if (leftOver.isPresent()) {
      add(new Step.Remove(key, leftOver.get(), "it was never proven, and is not wanted any more"));
    } else if (current.isPresent()) {
      current(key, current.get(), others, deployment);
    } else if (!others.isEmpty()) {
      replace(key, service, others, mayBeMade(key, service, score));
    } else if (mayBeMade(key, service, score)) {
      add(new Step.Start(key, service, "no container yet"));
    }
  }

  private boolean mayBeMade(ServiceKey key, Service service, PodmanV0 score) {
    return facts.holder(key, service).isEmpty()
        && Order.awaited(facts, key, service, score).isEmpty();
  }

  /** Of those that are not wanted, nobody goes back to any but the best. */
  private static Optional<ObservedContainer> leftOver(List<ObservedContainer> others) {
    return others.stream()
        .filter(ObservedContainer::ended)
        .filter(container -> !container.equals(best(others)))
        .findFirst();
  }

  /** The new image may be long in coming, or never come: until then what ran has to run. */
  private void replace(
      ServiceKey key, Service service, List<ObservedContainer> others, boolean mayBeMade) {
    var old = best(others);
    var superseded = others.stream().filter(container -> !container.equals(old)).toList();
    if (old.neverRan()) {
      add(new Step.Remove(key, old, "it never ran, and another version is wanted"));
    } else if (superseded.isEmpty() && !old.settled()) {
      // Its promotion was cut off; only with the service's own name it is known as proven.
      add(new Step.Promote(key, old, List.of(), NOTHING_ELSE));
    } else if (noneRuns(others)
        && shouldRunAgain(old)
        && !Order.holdsUp(facts, old)
        && !facts.waits(again(old).attempt())) {
      add(again(old));
    } else if (mayBeMade) {
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
    } else if (current.unhealthy() && !others.stream().allMatch(ObservedContainer::neverRan)) {
      add(new Step.RollBack(key, current, best(others), "the new version is unhealthy"));
    } else if (current.running()) {
      promote(key, current, others, deployment, "it runs");
    } else if (current.done()) {
      promote(key, current, others, deployment, "it is done");
    } else if (others.stream().allMatch(ObservedContainer::neverRan)) {
      // Its predecessor is gone, so there is nothing to go back to.
      add(new Step.Promote(key, current, others, NOTHING_ELSE));
    } else if (current.ended()) {
      ended(key, current, others);
    }
  }

  /** The agent or the machine may have ended during an update: that is not the version's fault. */
  private void ended(ServiceKey key, ObservedContainer current, List<ObservedContainer> others) {
    boolean cutOff = current.cutOff() || !facts.tried().contains(new Attempt(key, current.spec()));
    if (cutOff && !current.neverRan() && noneRuns(others)) {
      add(again(current));
    } else if (cutOff || current.neverRan()) {
      add(new Step.Remove(key, current, "left over from an update that was cut off"));
    } else {
      var why = "the new version does not stay up: " + current.ending();
      add(new Step.RollBack(key, current, best(others), why));
    }
  }

  private void settled(ServiceKey key, ObservedContainer current, List<ObservedContainer> others) {
    if (others.isEmpty()) {
      keep(key);
    } else if (current.neverRan() && !others.stream().allMatch(ObservedContainer::neverRan)) {
      add(new Step.Remove(key, current, "it never ran, and another one did"));
    } else {
      add(
          new Step.Restore(
              key, current, others, "it is wanted again, and what was to replace it is not"));
    }
  }

  /** A version is one: its services are proven together, or go back together. */
  private void promote(
      ServiceKey key,
      ObservedContainer current,
      List<ObservedContainer> others,
      Deployment deployment,
      String why) {
    if (others.isEmpty() || whole(key.deployment(), deployment)) {
      add(new Step.Promote(key, current, others, why));
    }
  }

  /** Every service of this version has come to what it is to be. */
  private boolean whole(String name, Deployment deployment) {
    return deployment.score() instanceof PodmanV0 score
        && score.services().stream()
            .allMatch(
                service ->
                    facts.observed(new ServiceKey(name, service.name())).stream()
                        .filter(container -> container.spec().equals(service.spec()))
                        .anyMatch(container -> hasCome(container, deployment)));
  }

  private boolean hasCome(ObservedContainer container, Deployment deployment) {
    return container.running()
        ? proven(container, deployment)
        : container.done()
            || container.settled() && container.ended() && !shouldRunAgain(container);
  }

  private boolean proven(ObservedContainer current, Deployment deployment) {
    var least = Duration.ofSeconds(deployment.minReadySeconds().orElse(0));
    return current.healthy()
        && current.hasRunFor(least.compareTo(PROOF) > 0 ? least : PROOF, facts.now());
  }

  private boolean shouldRunAgain(ObservedContainer container) {
    if (!container.ended() || facts.busy().contains(container.key())) {
      return false;
    }
    return container.neverRan()
        || container.cutOff()
        || switch (container.restartPolicy()) {
          case RestartPolicy.Always -> true;
          case RestartPolicy.OnFailure -> !container.done();
          case RestartPolicy.Never -> false;
        };
  }

  private static Step again(ObservedContainer container) {
    var why = container.neverRan() ? "it was made and not started" : container.ending();
    return new Step.StartAgain(container.key(), container, why);
  }

  private static boolean noneRuns(List<ObservedContainer> containers) {
    return containers.stream().noneMatch(ObservedContainer::running);
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
      if (facts.busy().contains(key)) {
        continue;
      }
      if (deployment == null) {
        add(new Step.Remove(key, container, "its deployment is gone"));
      } else if (!frozen(key, deployment)
          && !wants(key, deployment)
          && mayGo(container, deployment)) {
        add(new Step.Remove(key, container, "its service is gone from the deployment"));
      }
    }
  }

  /** Until the version without it is proven, it may be gone back to; it must not hold that up. */
  private boolean mayGo(ObservedContainer container, Deployment deployment) {
    var name = container.key().deployment();
    return container.neverRan()
        || whole(name, deployment)
        || deployment.score() instanceof PodmanV0 score
            && score.services().stream()
                .filter(service -> facts.observed(new ServiceKey(name, service.name())).isEmpty())
                .anyMatch(container::holdsPortOf);
  }

  private boolean frozen(ServiceKey key, Deployment deployment) {
    return refusals.containsKey(key.deployment())
        || facts.quarantined(key.deployment(), deployment);
  }

  private static boolean wants(ServiceKey key, Deployment deployment) {
    return deployment.score() instanceof PodmanV0 score
        && score.services().stream().anyMatch(service -> service.name().equals(key.service()));
  }

  /** The one to go back to: proven before running, and either before one that never ran. */
  private static ObservedContainer best(List<ObservedContainer> containers) {
    return containers.stream()
        .max(
            Comparator.comparing((ObservedContainer container) -> !container.leaving())
                .thenComparing(ObservedContainer::proven)
                .thenComparing(ObservedContainer::running)
                .thenComparing(container -> !container.neverRan()))
        .orElseThrow();
  }
}
