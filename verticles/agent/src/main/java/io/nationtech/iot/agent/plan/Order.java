package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Condition;
import io.nationtech.iot.codec.PodmanV0.Dependency;
import io.nationtech.iot.codec.PodmanV0.RestartPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.List;
import java.util.Optional;

/** What has to come before what, among the services of one deployment. */
final class Order {
  /** A service that failed so often holds up nobody who ran before. */
  private static final int HOPELESS = 3;

  private Order() {}

  /**
   * What a new container of {@code service} has to wait for: the others in their wanted versions.
   */
  static Optional<Dependency> awaited(
      Facts facts, ServiceKey key, Service service, PodmanV0 score) {
    return service.dependsOn().stream()
        .filter(
            dependency ->
                score.services().stream()
                    .filter(other -> other.name().equals(dependency.service()))
                    .anyMatch(other -> !reached(facts, key, other, dependency.condition())))
        .findFirst();
  }

  private static boolean reached(Facts facts, ServiceKey key, Service other, Condition condition) {
    return facts.observed(new ServiceKey(key.deployment(), other.name())).stream()
        .filter(container -> container.spec().equals(other.spec()))
        .anyMatch(container -> reached(container, condition));
  }

  private static boolean reached(ObservedContainer container, Condition condition) {
    return switch (condition) {
      case Started -> container.running() || container.done();
      case Healthy -> container.healthy();
      case Completed -> container.done();
    };
  }

  /**
   * Whether a container that ended with the machine has to wait for another one that is on its way;
   * not for ever, since what ran has to run. One that ended by itself waits for nobody.
   */
  static boolean holdsUp(Facts facts, ObservedContainer container) {
    boolean first = container.cutOff() || container.neverRan();
    return first
        && PodmanV0.service(container.spec()).map(Service::dependsOn).orElse(List.of()).stream()
            .anyMatch(dependency -> onItsWay(facts, container.key(), dependency));
  }

  private static boolean onItsWay(Facts facts, ServiceKey key, Dependency dependency) {
    var others = facts.observed(new ServiceKey(key.deployment(), dependency.service()));
    return others.stream().noneMatch(other -> reached(other, dependency.condition()))
        && others.stream().anyMatch(other -> comes(facts, other));
  }

  private static boolean comes(Facts facts, ObservedContainer container) {
    var failures = facts.failure(container.key(), container.spec()).map(Failure::tries).orElse(0);
    return failures < HOPELESS
        && !container.unhealthy()
        && (container.running()
            || container.cutOff()
            || container.neverRan()
            || container.ended()
                && !container.done()
                && container.restartPolicy() != RestartPolicy.Never);
  }
}
