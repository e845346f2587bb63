package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.RestartPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What ran goes on running, and a version that failed leaves nothing behind. */
final class Upkeep {
  static final String NOTHING_ELSE = "nothing else is left";

  private final Facts facts;
  private final Draft draft;

  Upkeep(Facts facts, Draft draft) {
    this.facts = facts;
    this.draft = draft;
  }

  void keep(ServiceKey key) {
    keep(key, other -> false);
  }

  /** Where nothing of a service runs, the best of its containers. */
  void keep(ServiceKey key, Predicate<ObservedContainer> mayYield) {
    var all = facts.observed(key);
    var one = best(all);
    if (noneRuns(all) && shouldRunAgain(facts, one) && !Order.holdsUp(facts, one)) {
      draft.add(again(one), mayYield);
    } else if (isToBeCured(one)) {
      draft.add(new Step.StartAgain(key, one, List.of(), "it is unhealthy"));
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
  void goBack(String deployment) {
    facts.keys(deployment).stream()
        .filter(key -> !facts.busy().contains(key))
        .forEach(this::goBack);
    facts.provenKeys(deployment).forEach(this::makeAgain);
  }

  private void goBack(ServiceKey key) {
    var all = facts.observed(key);
    var before = facts.provenOf(key);
    if (before.isEmpty()
        && facts.wasProven(key.deployment())
        && all.stream().noneMatch(ObservedContainer::proven)) {
      draft.add(new Step.Remove(key, all.getFirst(), "the old version has no such service"));
      return;
    }
    var leaving = all.stream().filter(ObservedContainer::leaving).findFirst();
    if (leaving.isPresent()) {
      draft.add(new Step.Remove(key, leaving.get(), "its removal was cut off"));
      return;
    }
    var old = best(all);
    var other = all.stream().filter(container -> !container.equals(old)).findFirst();
    if (other.isPresent()) {
      rollBack(key, other.get(), Optional.of(old), "another service of this version failed");
    } else if (old.settled()) {
      keep(key);
    } else if (before.filter(one -> !one.spec().equals(old.spec())).isPresent()) {
      rollBack(key, old, Optional.empty(), "another service of this version failed");
    } else {
      draft.add(new Step.Promote(key, old, List.of(), NOTHING_ELSE));
    }
  }

  /**
   * What ran before and has no container any more, by hand or with podman's storage, is made as it
   * was: its tag may stand for another image by now.
   */
  void makeAgain(ServiceKey key) {
    if (!facts.busy().contains(key) && facts.observed(key).isEmpty()) {
      facts
          .provenOf(key)
          .flatMap(
              before ->
                  PodmanV0.service(before.spec())
                      .filter(facts.policy()::allows)
                      .map(service -> again(key, service, before)))
          .ifPresent(draft::add);
    }
  }

  private static Step again(ServiceKey key, Service service, Proven before) {
    return new Step.Start(
        key,
        service,
        Optional.of(before.imageId()),
        false,
        List.of(),
        "it ran before, and its container is gone");
  }

  /** What may not run beside a sibling that is still to go back is started when that is gone. */
  void rollBack(
      ServiceKey key, ObservedContainer failed, Optional<ObservedContainer> old, String why) {
    if (!draft.add(new Step.RollBack(key, failed, old, why))) {
      draft.add(new Step.RollBack(key, failed, Optional.empty(), why));
    }
  }

  static boolean shouldRunAgain(Facts facts, ObservedContainer container) {
    return container.ended()
        && !facts.busy().contains(container.key())
        && (container.neverRan() || container.cutOff() || container.isToRunAgain());
  }

  static Step again(ObservedContainer container) {
    var why = container.neverRan() ? "it was made and not started" : container.ending();
    return new Step.StartAgain(container.key(), container, List.of(), why);
  }

  static boolean noneRuns(List<ObservedContainer> containers) {
    return containers.stream().noneMatch(ObservedContainer::running);
  }

  /** The one to go back to: proven before running, and either before one that never ran. */
  ObservedContainer best(List<ObservedContainer> containers) {
    return containers.stream()
        .max(
            Comparator.comparing((ObservedContainer container) -> !container.leaving())
                .thenComparing(container -> !container.neverRan() && isLastProven(container))
                .thenComparing(ObservedContainer::proven)
                .thenComparing(ObservedContainer::running)
                .thenComparing(container -> !container.neverRan()))
        .orElseThrow();
  }

  boolean isLastProven(ObservedContainer container) {
    return facts
        .provenOf(container.key())
        .filter(before -> before.spec().equals(container.spec()))
        .isPresent();
  }
}
