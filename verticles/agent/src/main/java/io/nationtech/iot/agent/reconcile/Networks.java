package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Facts;
import java.util.Set;

/** Removes the networks of deployments that are gone. */
final class Networks {
  /** No name of a deployment is empty. */
  private static final Set<String> NONE_YET = Set.of("");

  private final ContainerRuntime runtime;
  private Set<String> kept = NONE_YET;

  Networks(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  /** At the first look, and whenever a deployment has come or gone with its last container. */
  void tidy(Facts facts) {
    var present = facts.presentDeployments();
    if (facts.desired().isPresent() && !facts.paused() && !present.equals(kept)) {
      kept = present;
      runtime.removeNetworks(present).onFailure(e -> kept = NONE_YET);
    }
  }
}
