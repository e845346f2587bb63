package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Upkeep.NOTHING_ELSE;
import static io.nationtech.iot.agent.plan.Upkeep.again;
import static io.nationtech.iot.agent.plan.Upkeep.noneRuns;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One deployment on its way to the version that is wanted. */
final class Change {
  private final Facts facts;
  private final Draft draft;
  private final Upkeep upkeep;
  private final String name;
  private final Deployment deployment;
  private final PodmanV0 score;
  private final Supplier<Optional<Refusal>> hold;
  private final List<Service> lacking;

  /** There is a version to go back to, and it is another. */
  private final boolean update;

  private final boolean whole;

  /** {@code hold}: why nothing may be changed now. */
  Change(
      Facts facts,
      Draft draft,
      Upkeep upkeep,
      String name,
      Deployment deployment,
      PodmanV0 score,
      Supplier<Optional<Refusal>> hold) {
    this.facts = facts;
    this.draft = draft;
    this.upkeep = upkeep;
    this.name = name;
    this.deployment = deployment;
    this.score = score;
    this.hold = hold;
    this.lacking = facts.lacking(name, score);
    this.update = facts.wasProven(name) && !facts.isProven(name, score);
    this.whole = Proof.whole(facts, name, deployment);
  }

  void plan() {
    lacking.forEach(this::pull);
    score.services().forEach(this::service);
    facts.observed().stream()
        .filter(container -> container.key().deployment().equals(name))
        .filter(container -> !facts.busy().contains(container.key()))
        .filter(container -> !isWanted(container.key()))
        .forEach(this::gone);
    if (!whole) {
      facts.provenKeys(name).stream().filter(key -> !isWanted(key)).forEach(upkeep::makeAgain);
    }
  }

  private ServiceKey key(Service service) {
    return new ServiceKey(name, service.name());
  }

  private void pull(Service service) {
    var key = key(service);
    if (!facts.images().here(key, service)
        && !facts.images().pulling().contains(key)
        && !facts.busy().contains(key)) {
      draft.add(new Step.Pull(key, service, "its image comes before anything is changed"));
    }
  }

  /** A version is not begun before all of it can be had; what was proven is only made again. */
  private boolean imagesAreHere(Service service) {
    return facts.isProven(name, score)
        ? facts.images().here(key(service), service)
        : lacking.stream().allMatch(other -> facts.images().here(key(other), other));
  }

  private void service(Service service) {
    var key = key(service);
    if (facts.busy().contains(key)) {
      return;
    }
    var all = facts.observed(key);
    var leaving = all.stream().filter(ObservedContainer::leaving).findFirst();
    if (leaving.isPresent()) {
      draft.add(new Step.Remove(key, leaving.get(), "its removal was cut off"));
      return;
    }
    var current = all.stream().filter(container -> container.isMadeFrom(service)).findFirst();
    var others =
        all.stream().filter(container -> current.filter(container::equals).isEmpty()).toList();
    var leftOver = leftOver(others);
    if (leftOver.isPresent()) {
      draft.add(
          new Step.Remove(key, leftOver.get(), "it was never proven, and is not wanted any more"));
    } else if (current.isPresent()) {
      current(key, current.get(), others);
    } else if (!others.isEmpty()) {
      replace(key, service, others);
    } else if (mayBeMade(key, service)) {
      start(key, service);
    } else if (!facts.isProven(name, score) || facts.failure(key, service.image()).isPresent()) {
      upkeep.makeAgain(key);
    }
  }

  private boolean mayBeMade(ServiceKey key, Service service) {
    return imagesAreHere(service) && Order.awaited(facts, key, service, score).isEmpty();
  }

  /** Of those that are not wanted, nobody goes back to any but the best. */
  private Optional<ObservedContainer> leftOver(List<ObservedContainer> others) {
    return others.stream()
        .filter(ObservedContainer::ended)
        .filter(container -> !container.equals(upkeep.best(others)))
        .findFirst();
  }

  private void start(ServiceKey key, Service service) {
    var step =
        new Step.Start(key, service, Optional.empty(), update, List.of(), "no container yet");
    if (update || facts.keys(name).stream().anyMatch(this::runsInAnotherVersion)) {
      change(step);
    } else {
      draft.add(step, this::mayYield);
    }
  }

  /** Only this waits for a window or a lock: what was begun is finished, or undone. */
  private void change(Step step) {
    var why = facts.waits(step.attempt()) ? Optional.<Refusal>empty() : hold.get();
    if (why.isPresent()) {
      draft.hold(name, why.get());
      upkeep.makeAgain(step.key());
    } else {
      draft.add(step, this::mayYield);
    }
  }

  private boolean runsInAnotherVersion(ServiceKey key) {
    return facts.observed(key).stream()
        .filter(container -> score.services().stream().noneMatch(container::isMadeFrom))
        .anyMatch(ObservedContainer::running);
  }

  /**
   * An older version of a sibling, or a sibling that is gone: it stands until the new is proven.
   */
  private boolean mayYield(ObservedContainer other) {
    return other.key().deployment().equals(name)
        && score.services().stream().noneMatch(other::isMadeFrom);
  }

  /** The new image may be long in coming, or never come: until then what ran has to run. */
  private void replace(ServiceKey key, Service service, List<ObservedContainer> others) {
    var old = upkeep.best(others);
    var superseded = others.stream().filter(container -> !container.equals(old)).toList();
    if (old.neverRan() && !upkeep.isLastProven(old)) {
      draft.add(new Step.Remove(key, old, "it never ran, and another version is wanted"));
    } else if (superseded.isEmpty() && !old.settled() && !isAbandoned(old)) {
      // Its promotion was cut off; only with the service's own name it is known as proven.
      draft.add(new Step.Promote(key, old, List.of(), NOTHING_ELSE));
    } else if (runsAgain(old, others)) {
      return;
    } else if (mayBeMade(key, service)) {
      var step =
          new Step.Replace(
              key, service, old, superseded, List.of(), PodmanV0.difference(old.spec(), service));
      if (firstStart()) {
        draft.add(step, this::mayYield);
      } else {
        change(step);
      }
    }
  }

  /** Of a version that was never proven and is not wanted any more, where another was. */
  private boolean isAbandoned(ObservedContainer container) {
    return facts.wasProven(name) && !container.settled() && !upkeep.isLastProven(container);
  }

  /** Whether what ran is started again, which comes before its replacement. */
  private boolean runsAgain(ObservedContainer old, List<ObservedContainer> others) {
    return noneRuns(others)
        && Upkeep.shouldRunAgain(facts, old)
        && !Order.holdsUp(facts, old)
        && draft.add(again(old));
  }

  /** Nothing of this deployment ever worked, nor does now: there is nothing to disturb. */
  private boolean firstStart() {
    return !facts.wasProven(name)
        && facts.keys(name).stream()
            .flatMap(key -> facts.observed(key).stream())
            .noneMatch(ObservedContainer::running);
  }

  private void current(ServiceKey key, ObservedContainer current, List<ObservedContainer> others) {
    boolean canGoBack = update || !others.stream().allMatch(ObservedContainer::neverRan);
    if (current.settled()) {
      settled(key, current, others);
    } else if (current.unhealthy() && canGoBack) {
      rollBack(key, current, others, "the new version is unhealthy");
    } else if (current.running()) {
      promote(key, current, others, "it runs");
    } else if (current.done()) {
      promote(key, current, others, "it is done");
    } else if (!canGoBack) {
      // Its predecessor is gone, so there is nothing to go back to.
      draft.add(new Step.Promote(key, current, others, NOTHING_ELSE));
    } else if (current.ended()) {
      ended(key, current, others);
    }
  }

  private void rollBack(
      ServiceKey key, ObservedContainer current, List<ObservedContainer> others, String why) {
    var old =
        others.isEmpty() ? Optional.<ObservedContainer>empty() : Optional.of(upkeep.best(others));
    upkeep.rollBack(key, current, old, why);
  }

  /** The agent or the machine may have ended during an update: that is not the version's fault. */
  private void ended(ServiceKey key, ObservedContainer current, List<ObservedContainer> others) {
    boolean cutOff = current.cutOff() || !facts.tried().contains(new Attempt(key, current.spec()));
    if (cutOff && !current.neverRan() && noneRuns(others)) {
      draft.add(again(current), this::mayYield);
    } else if (cutOff || current.neverRan()) {
      draft.add(new Step.Remove(key, current, "left over from an update that was cut off"));
    } else {
      rollBack(key, current, others, "the new version does not stay up: " + current.ending());
    }
  }

  private void settled(ServiceKey key, ObservedContainer current, List<ObservedContainer> others) {
    if (others.isEmpty()) {
      upkeep.keep(key, this::mayYield);
    } else if (current.neverRan() && !others.stream().allMatch(ObservedContainer::neverRan)) {
      draft.add(new Step.Remove(key, current, "it never ran, and another one did"));
    } else {
      draft.add(
          new Step.Restore(
              key,
              current,
              others,
              List.of(),
              "it is wanted again, and what was to replace it is not"),
          this::mayYield);
    }
  }

  /** A version is one: its services are proven together, or go back together. */
  private void promote(
      ServiceKey key, ObservedContainer current, List<ObservedContainer> others, String why) {
    if (whole || !update && others.isEmpty()) {
      draft.add(new Step.Promote(key, current, others, why));
    }
  }

  /** Until the version without it is proven, it may be gone back to, and has to run. */
  private void gone(ObservedContainer container) {
    var key = container.key();
    var remove = new Step.Remove(key, container, "its service is gone from the deployment");
    boolean over = whole || facts.isProven(name, score);
    if (over && container.running()) {
      change(remove);
    } else if (over || isLeftOver(container) || container.leaving()) {
      draft.add(remove);
    } else {
      upkeep.keep(key);
    }
  }

  private boolean isLeftOver(ObservedContainer container) {
    return isAbandoned(container) || container.neverRan() && !upkeep.isLastProven(container);
  }

  private boolean isWanted(ServiceKey key) {
    return score.services().stream().anyMatch(service -> service.name().equals(key.service()));
  }
}
