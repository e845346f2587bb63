package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.Update.Lock;
import java.util.Map;

/** From what must run and what runs to what to do. */
public final class Planner {
  private final Facts facts;
  private final Map<String, Refusal> refusals;
  private final Holds holds;
  private final Draft draft;
  private final Upkeep upkeep;

  private Planner(Facts facts) {
    this.facts = facts;
    this.refusals = Refusals.of(facts.deployments(), facts.policy(), facts.secretsMissing());
    this.holds = new Holds(facts);
    this.draft = new Draft(facts);
    this.upkeep = new Upkeep(facts, draft);
  }

  public static Plan plan(Facts found) {
    var facts = found.remembering(Proof.remembered(found));
    var planner = new Planner(facts);
    if (facts.desired().isPresent() && !facts.paused()) {
      facts.deployments().forEach(planner::deployment);
      planner.removeWhatNobodyWants();
    } else {
      facts.observed().stream()
          .map(ObservedContainer::key)
          .distinct()
          .forEach(planner.upkeep::keep);
    }
    return new Plan(
        planner.draft.steps(),
        planner.refusals,
        planner.draft.held(),
        planner.holds.since(),
        facts.proven());
  }

  /** The locks that a plan depends on, by deployment: where something is still to be changed. */
  public static Map<String, Lock> locks(Facts facts) {
    return Holds.asked(facts);
  }

  /** Whether this spec is wanted, and there is no container of it yet. */
  public static boolean isToBeMade(Facts facts, Attempt attempt) {
    var name = attempt.key().deployment();
    var deployment = facts.deployments().get(name);
    return deployment != null
        && deployment.score() instanceof PodmanV0 score
        && facts.lacking(name, score).stream()
            .anyMatch(service -> service.spec().equals(attempt.what()));
  }

  /** Whether this very service is still to be made: a pull takes long, and much may happen. */
  public static boolean stillWanted(Facts facts, ServiceKey key, Service service) {
    var planner = new Planner(facts);
    var deployment = facts.deployments().get(key.deployment());
    return !facts.paused()
        && deployment != null
        && !planner.frozen(key.deployment(), deployment)
        && deployment.score() instanceof PodmanV0 score
        && score.services().stream().anyMatch(service::equals);
  }

  private boolean frozen(String name, Deployment deployment) {
    return refusals.containsKey(name) || facts.quarantined(name, deployment);
  }

  private void deployment(String name, Deployment deployment) {
    if (facts.quarantined(name, deployment)) {
      upkeep.goBack(name);
    } else if (refusals.containsKey(name)) {
      facts.keys(name).forEach(upkeep::keep);
    } else if (deployment.score() instanceof PodmanV0 score) {
      new Change(facts, draft, upkeep, name, deployment, score, () -> holds.of(name, deployment))
          .plan();
    }
  }

  private void removeWhatNobodyWants() {
    for (var container : facts.observed()) {
      var key = container.key();
      if (!facts.busy().contains(key) && !facts.deployments().containsKey(key.deployment())) {
        draft.add(new Step.Remove(key, container, "its deployment is gone"));
      }
    }
  }
}
