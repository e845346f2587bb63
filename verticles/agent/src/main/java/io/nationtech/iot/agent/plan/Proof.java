package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether a version works: its services are proven together, or go back together. */
final class Proof {
  /**
   * How long the old container is kept beside a new one at the least, though the new one may count
   * as ready sooner.
   */
  static final Duration LEAST = Duration.ofSeconds(3);

  private Proof() {}

  /** Every service of this version has come to what it is to be. */
  static boolean whole(Facts facts, String name, Deployment deployment) {
    return deployment.score() instanceof PodmanV0 score
        && score.services().stream()
            .allMatch(service -> come(facts, name, deployment, service).isPresent());
  }

  private static Optional<ObservedContainer> come(
      Facts facts, String name, Deployment deployment, Service service) {
    return facts.observed(new ServiceKey(name, service.name())).stream()
        .filter(container -> container.isMadeFrom(service))
        .filter(container -> hasCome(facts, container, deployment))
        .findFirst();
  }

  private static boolean hasCome(Facts facts, ObservedContainer container, Deployment deployment) {
    return container.running()
        ? proven(facts, container, deployment)
        : container.done()
            || container.settled() && container.ended() && !Upkeep.shouldRunAgain(facts, container);
  }

  private static boolean proven(Facts facts, ObservedContainer current, Deployment deployment) {
    var least = Duration.ofSeconds(deployment.update().minReadySeconds().orElse(0));
    return current.healthy()
        && current.hasRunFor(least.compareTo(LEAST) > 0 ? least : LEAST, facts.now());
  }

  /**
   * What is known from before, with each version that is proven by now in its deployment's place.
   */
  static Map<ServiceKey, Proven> remembered(Facts facts) {
    if (facts.desired().isEmpty()) {
      return facts.proven();
    }
    var proven = new TreeMap<ServiceKey, Proven>(ServiceKey.ORDER);
    facts.deployments().forEach((name, deployment) -> proven.putAll(of(facts, name, deployment)));
    return proven;
  }

  private static Map<ServiceKey, Proven> of(Facts facts, String name, Deployment deployment) {
    var proven = new TreeMap<ServiceKey, Proven>(ServiceKey.ORDER);
    if (deployment.score() instanceof PodmanV0 score
        && !facts.quarantined(name, deployment)
        && whole(facts, name, deployment)) {
      for (var service : score.services()) {
        come(facts, name, deployment, service)
            .ifPresent(one -> proven.put(one.key(), new Proven(one.spec(), one.imageId())));
      }
      return proven;
    }
    facts
        .provenKeys(name)
        .forEach(key -> facts.provenOf(key).ifPresent(one -> proven.put(key, one)));
    return proven.isEmpty()
            && !facts.quarantined(name, deployment)
            && deployment.score() instanceof PodmanV0 score
        ? found(facts, name, score)
        : proven;
  }

  /** Where nothing is remembered: what was found to work when another version came to be wanted. */
  private static Map<ServiceKey, Proven> found(Facts facts, String name, PodmanV0 score) {
    var working =
        facts.observed().stream()
            .filter(container -> container.key().deployment().equals(name))
            .filter(container -> container.settled() && works(facts, container))
            .toList();
    boolean another =
        working.stream().anyMatch(one -> score.services().stream().noneMatch(one::isMadeFrom));
    var proven = new TreeMap<ServiceKey, Proven>(ServiceKey.ORDER);
    if (another) {
      working.forEach(one -> proven.put(one.key(), new Proven(one.spec(), one.imageId())));
    }
    return proven;
  }

  private static boolean works(Facts facts, ObservedContainer container) {
    return container.done() || container.healthy() && container.hasRunFor(LEAST, facts.now());
  }
}
