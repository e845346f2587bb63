package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Facts;
import io.nationtech.iot.codec.PodmanV0;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Does away with what nobody needs any more, beside the steps and without holding them up. */
final class Housekeeping {
  /** No name of a deployment is empty. */
  private static final Set<String> NONE_YET = Set.of("");

  private final ContainerRuntime runtime;
  private final Duration interval;
  private Set<String> present = NONE_YET;
  private boolean collecting;
  private long nextLookNanos = System.nanoTime();

  /** {@code interval}: how often the disk is looked at, at the most. */
  Housekeeping(ContainerRuntime runtime, Duration interval) {
    this.runtime = runtime;
    this.interval = interval;
  }

  /** After each look; without a document nobody knows what is needed, and paused is paused. */
  void tidy(Facts facts) {
    if (facts.desired().isPresent() && !facts.paused()) {
      removeLeftovers(facts);
      collectImages(facts);
    }
  }

  /** At the first look, and whenever a deployment has come or gone with its last container. */
  private void removeLeftovers(Facts facts) {
    var kept = facts.presentDeployments();
    if (!kept.equals(present)) {
      present = kept;
      runtime.removeLeftovers(kept).onFailure(e -> present = NONE_YET);
    }
  }

  private void collectImages(Facts facts) {
    if (!collecting && System.nanoTime() - nextLookNanos >= 0) {
      collecting = true;
      nextLookNanos = System.nanoTime() + interval.toNanos();
      runtime.collectImages(wanted(facts)).onComplete(done -> collecting = false);
    }
  }

  /** By their names where they may yet be pulled, by their ids where they are in use. */
  private static Set<String> wanted(Facts facts) {
    var wanted = new TreeSet<>(facts.imagesInUse());
    facts.desired().stream()
        .flatMap(document -> document.deployments().values().stream())
        .flatMap(
            deployment ->
                deployment.score() instanceof PodmanV0 score
                    ? score.services().stream()
                    : Stream.empty())
        .map(PodmanV0.Service::image)
        .forEach(wanted::add);
    return wanted;
  }
}
