package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that a plan depends on.
 *
 * @param desired empty where no document was ever read: no document is no order
 * @param quarantined by deployment, the version that was rolled back
 * @param failures the last failure of each attempt that has not succeeded since
 * @param tried what this agent has begun itself since it started: what ended and is not among it
 *     may have ended with the machine
 * @param busy services with a step under way
 * @param secretsMissing why no secret can be had here; empty where they can
 */
public record Facts(
    Optional<DesiredDocument> desired,
    List<ObservedContainer> observed,
    Map<String, Quarantine> quarantined,
    Map<Attempt, Failure> failures,
    Set<Attempt> tried,
    Set<ServiceKey> busy,
    Policy policy,
    Optional<String> secretsMissing,
    Instant now) {

  SortedMap<String, Deployment> deployments() {
    return desired.map(DesiredDocument::deployments).orElseGet(TreeMap::new);
  }

  /** Those that are wanted, and those of which something is left. */
  public Set<String> presentDeployments() {
    var names = new TreeSet<>(deployments().keySet());
    observed.forEach(container -> names.add(container.key().deployment()));
    return names;
  }

  public boolean paused() {
    return desired.filter(DesiredDocument::paused).isPresent();
  }

  List<ObservedContainer> observed(ServiceKey key) {
    return observed.stream().filter(container -> container.key().equals(key)).toList();
  }

  /** It failed, and its time to be tried again has not come. */
  boolean waits(Attempt attempt) {
    var failure = failures.get(attempt);
    return failure != null && failure.waits(now);
  }

  Optional<Failure> failure(ServiceKey key, String spec) {
    return Optional.ofNullable(failures.get(new Attempt(key, spec)));
  }

  /** A container of another service that has a port or a device which {@code service} needs. */
  Optional<ObservedContainer> holder(ServiceKey key, Service service) {
    return observed.stream()
        .filter(container -> !container.key().equals(key) && !container.ended())
        .filter(container -> container.holdsWhatNeeds(key, service))
        .findFirst();
  }

  boolean quarantined(String name, Deployment deployment) {
    var quarantine = quarantined.get(name);
    return quarantine != null && quarantine.version().equals(deployment.version());
  }
}
