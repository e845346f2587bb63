package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
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
 * @param proven what the last proven version of each deployment was made from, by service
 * @param holding what an update may have to wait for
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
    Instant now,
    Map<ServiceKey, Proven> proven,
    Images images,
    Holding holding) {

  Facts remembering(Map<ServiceKey, Proven> more) {
    return new Facts(
        desired,
        observed,
        quarantined,
        failures,
        tried,
        busy,
        policy,
        secretsMissing,
        now,
        more,
        images,
        holding);
  }

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

  /** All of this deployment. */
  List<ServiceKey> keys(String deployment) {
    return observed.stream()
        .map(ObservedContainer::key)
        .filter(key -> key.deployment().equals(deployment))
        .distinct()
        .toList();
  }

  /** The services of which there is no container in the wanted version. */
  List<Service> lacking(String deployment, PodmanV0 score) {
    return score.services().stream()
        .filter(
            service ->
                observed(new ServiceKey(deployment, service.name())).stream()
                    .noneMatch(container -> container.isMadeFrom(service) && !container.leaving()))
        .toList();
  }

  /** What this service was in the last version that was proven. */
  Optional<Proven> provenOf(ServiceKey key) {
    return Optional.ofNullable(proven.get(key));
  }

  /** The services of the last proven version of this deployment. */
  List<ServiceKey> provenKeys(String deployment) {
    return proven.keySet().stream().filter(key -> key.deployment().equals(deployment)).toList();
  }

  /** A version of this deployment is known to go back to. */
  boolean wasProven(String deployment) {
    return !provenKeys(deployment).isEmpty();
  }

  /** The wanted version is the one that was proven last. */
  boolean isProven(String deployment, PodmanV0 score) {
    return provenKeys(deployment).size() == score.services().size()
        && score.services().stream()
            .allMatch(
                service ->
                    provenOf(new ServiceKey(deployment, service.name()))
                        .filter(before -> before.spec().equals(service.spec()))
                        .isPresent());
  }

  /**
   * Images that may not be removed, by their ids: of all containers, of what a deployment may go
   * back to, and what was pulled for what is still to be made.
   */
  public Set<String> imagesInUse() {
    var ids = new TreeSet<>(images.pulled().values());
    observed.forEach(container -> ids.add(container.imageId()));
    proven.values().forEach(before -> ids.add(before.imageId()));
    return ids;
  }

  boolean quarantined(String name, Deployment deployment) {
    var quarantine = quarantined.get(name);
    return quarantine != null && quarantine.version().equals(deployment.version());
  }
}
