package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A plan in the making. Whatever is added: nothing is begun while another container that it may not
 * run beside runs, or may come to run by a step under way or by an earlier one of this plan.
 */
final class Draft {
  private final Facts facts;
  private final Claims claims;
  private final List<Step> steps = new ArrayList<>();
  private final Set<ServiceKey> touched = new HashSet<>();
  private final Map<String, Refusal> held = new TreeMap<>();

  Draft(Facts facts) {
    this.facts = facts;
    this.claims = new Claims(facts);
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  Map<String, Refusal> held() {
    return Map.copyOf(held);
  }

  void hold(String deployment, Refusal why) {
    held.put(deployment, why);
  }

  /** Adds it where nothing is in its way; whether it did. */
  boolean add(Step step) {
    return add(step, other -> false);
  }

  /**
   * The same, but what {@code mayYield} is ended by the step before it begins.
   *
   * @param mayYield containers of other services
   */
  boolean add(Step step, Predicate<ObservedContainer> mayYield) {
    // What failed waits for its time, whatever it is: a step that fails at once must not spin.
    if (facts.waits(step.attempt())) {
      return false;
    }
    var inTheWay = inTheWay(step);
    if (taken(step) || !inTheWay.stream().allMatch(other -> yields(other, mayYield))) {
      return false;
    }
    steps.add(step.yielding(inTheWay));
    touched.addAll(steps.getLast().touches());
    return true;
  }

  private boolean yields(ObservedContainer other, Predicate<ObservedContainer> mayYield) {
    return mayYield.test(other)
        && !facts.busy().contains(other.key())
        && !touched.contains(other.key());
  }

  private List<ObservedContainer> inTheWay(Step step) {
    return step.begins().flatMap(claims::read).stream()
        .flatMap(service -> inTheWay(step.key(), service))
        .toList();
  }

  /** A container of another deployment that has what {@code service} needs. */
  Optional<ObservedContainer> holder(ServiceKey key, Service service) {
    return inTheWay(key, service).filter(other -> !other.key().isSibling(key)).findFirst();
  }

  /** What runs, or may run by the end of a step under way. */
  private Stream<ObservedContainer> inTheWay(ServiceKey key, Service service) {
    return facts.observed().stream()
        .filter(other -> !other.ended() || facts.busy().contains(other.key()))
        .filter(other -> claims.exclude(key, service, other));
  }

  private boolean taken(Step step) {
    return step.begins().flatMap(claims::read).stream()
        .anyMatch(
            service ->
                facts.busy().stream()
                        .anyMatch(busy -> claims.mayBeTakenBy(busy, step.key(), service))
                    || steps.stream().anyMatch(earlier -> takes(earlier, step.key(), service)));
  }

  private boolean takes(Step earlier, ServiceKey key, Service service) {
    return earlier
        .begins()
        .flatMap(claims::read)
        .filter(begun -> claims.exclude(key, service, earlier.key(), begun))
        .isPresent();
  }
}
