package io.nationtech.iot.agent.plan;

import static java.util.stream.Collectors.joining;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.RestartPolicy;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** From what must run and what runs to what is said of it. */
public final class Reporter {
  private static final int LONGEST_MESSAGE = 500;

  /** How long a container that was restarted must run before it counts as running. */
  private static final Duration STEADY = Duration.ofSeconds(10);

  private final Facts facts;
  private final Map<String, Refusal> refusals;
  private final Map<String, Refusal> held;
  private final Map<ServiceKey, Phase> working;

  private Reporter(Facts facts, Plan plan, Map<ServiceKey, Phase> working) {
    this.facts = facts;
    this.refusals = plan.refusals();
    this.held = plan.held();
    this.working = working;
  }

  /** {@code working}: what is being done to a service just now. */
  public static SortedMap<String, ReportedDocument.Deployment> report(
      Facts facts, Plan plan, Map<ServiceKey, Phase> working) {
    var reporter = new Reporter(facts, plan, working);
    var reported = new TreeMap<String, ReportedDocument.Deployment>();
    facts
        .deployments()
        .forEach((name, deployment) -> reported.put(name, reporter.deployment(name, deployment)));
    if (facts.desired().isPresent()) {
      reporter.leaving(reported);
    }
    return reported;
  }

  /**
   * Whether something is about to become true by the time alone: a container that has run for some
   * seconds counts for more, and podman tells nobody of that.
   */
  public static boolean changesSoon(
      Facts facts, SortedMap<String, ReportedDocument.Deployment> reported) {
    return reported.values().stream().anyMatch(said -> said.phase() == Phase.Starting)
        || facts.observed().stream()
            .anyMatch(container -> container.running() && changesSoon(facts, container));
  }

  private static boolean changesSoon(Facts facts, ObservedContainer container) {
    var deployment = facts.deployments().get(container.key().deployment());
    int least = deployment == null ? 0 : deployment.update().minReadySeconds().orElse(0);
    return !container.hasRunFor(Duration.ofSeconds(least).plus(STEADY), facts.now());
  }

  private ReportedDocument.Deployment deployment(String name, Deployment deployment) {
    var says = verdict(name, deployment);
    return new ReportedDocument.Deployment(
        deployment.uid(),
        deployment.generation(),
        says.phase(),
        says.reason(),
        bounded(says.message()),
        services(name));
  }

  /** The first of these that is true. */
  private Refusal verdict(String name, Deployment deployment) {
    var refusal = refusals.get(name);
    if (refusal != null) {
      return refusal;
    }
    var quarantine = facts.quarantined().get(name);
    if (quarantine != null && facts.quarantined(name, deployment)) {
      return new Refusal(Phase.RolledBack, "NewVersionFailed", quarantine.message());
    }
    return deployment.score() instanceof PodmanV0 score
        ? verdict(name, score, deployment)
        : new Refusal(Phase.Unsupported, "ScoreTypeNotSupported", "this score is not known here");
  }

  private Refusal verdict(String name, PodmanV0 score, Deployment deployment) {
    var states =
        score.services().stream()
            .map(service -> verdict(name, service, deployment, score))
            .toList();
    long good = states.stream().filter(state -> state.phase() == Phase.Running).count();
    if (good == states.size()) {
      return new Refusal(
          Phase.Running,
          "AllServicesRunning",
          good + " of " + states.size() + " services run" + withoutLimits(name));
    }
    // What failed is told before what is still under way.
    for (var phase :
        List.of(Phase.Failed, Phase.Degraded, Phase.Pulling, Phase.Stopping, Phase.Waiting)) {
      var worst = states.stream().filter(state -> state.phase() == phase).findFirst();
      if (worst.isPresent()) {
        return worst.get();
      }
    }
    return states.stream()
        .filter(state -> state.phase() == Phase.Starting)
        .findFirst()
        .orElseThrow();
  }

  private String withoutLimits(String name) {
    return facts.observed().stream()
        .filter(container -> container.key().deployment().equals(name))
        .filter(container -> !container.notEnforced().isEmpty())
        .map(
            container ->
                "; resources of "
                    + container.key().service()
                    + " that this machine can't limit: "
                    + String.join(", ", container.notEnforced()))
        .distinct()
        .collect(joining());
  }

  private Refusal verdict(
      String name, PodmanV0.Service service, Deployment deployment, PodmanV0 score) {
    var key = new ServiceKey(name, service.name());
    var current =
        facts.observed().stream()
            .filter(container -> container.key().equals(key))
            .filter(container -> container.spec().equals(service.spec()))
            .findFirst();
    if (current.isPresent() && current.get().running()) {
      return running(current.get(), deployment);
    }
    if (current.filter(ObservedContainer::done).isPresent()) {
      return new Refusal(Phase.Running, "ServiceCompleted", key.service() + " is done");
    }
    if (current.isEmpty() && facts.paused()) {
      return new Refusal(
          Phase.Waiting, "Paused", key.service() + " is not changed while the device is paused");
    }
    var pull = facts.failure(key, service.image());
    if (current.isEmpty() && pull.isPresent()) {
      return failed(key, pull.get());
    }
    if (current.isEmpty() && working.get(key) == Phase.Pulling) {
      return new Refusal(
          Phase.Pulling, "Pulling", key.service() + ": " + service.image() + " is being pulled");
    }
    if (current.isEmpty() && held.containsKey(name)) {
      return Objects.requireNonNull(held.get(name));
    }
    var holder = new Draft(facts).holder(key, service);
    if (current.isEmpty() && holder.isPresent()) {
      return new Refusal(
          Phase.Waiting,
          "WaitingForPort",
          "%s waits for a port, device or volume that %s has"
              .formatted(key.service(), holder.get().name()));
    }
    var awaited = Order.awaited(facts, key, service, score);
    if (current.isEmpty() && awaited.isPresent()) {
      return new Refusal(
          Phase.Waiting,
          "WaitingForDependency",
          "%s waits until %s is %s"
              .formatted(key.service(), awaited.get().service(), awaited.get().condition()));
    }
    var failure = facts.failure(key, service.spec());
    if (failure.isPresent()) {
      return failed(key, failure.get());
    }
    if (current.filter(Reporter::stays).isPresent()) {
      return new Refusal(
          Phase.Failed,
          "ServiceFailed",
          key.service() + ": " + current.get().ending() + ", and restartPolicy is Never");
    }
    if (current.isPresent() && !working.containsKey(key)) {
      return new Refusal(
          Phase.Degraded, "ServiceNotRunning", key.service() + " is " + current.get().state());
    }
    var phase = working.getOrDefault(key, Phase.Starting);
    return new Refusal(phase, phase.name(), key.service() + " is being worked on");
  }

  private static Refusal failed(ServiceKey key, Failure failure) {
    return new Refusal(Phase.Failed, failure.reason(), key.service() + ": " + failure.message());
  }

  private Refusal running(ObservedContainer container, Deployment deployment) {
    var service = container.key().service();
    int least = deployment.update().minReadySeconds().orElse(0);
    var failure = facts.failure(container.key(), container.spec());
    if (failure.filter(ended -> ended.tries() > 1).isPresent()
        && !container.hasRunFor(STEADY, facts.now())) {
      return new Refusal(
          Phase.Degraded,
          "ServiceRestarting",
          service + " does not stay up: " + failure.get().message());
    }
    if (container.unhealthy()) {
      return new Refusal(
          Phase.Degraded, "ServiceUnhealthy", service + " runs, and its health check fails");
    }
    if (!container.healthy()) {
      return new Refusal(
          Phase.Starting, "NotHealthyYet", service + " runs, and has to become healthy to count");
    }
    return container.hasRunFor(Duration.ofSeconds(least), facts.now())
        ? new Refusal(Phase.Running, "ServiceRunning", service + " runs")
        : new Refusal(
            Phase.Starting, "NotReadyYet", service + " has to run for " + least + " s to count");
  }

  /** It ended, and nobody starts it again. */
  private static boolean stays(ObservedContainer container) {
    return container.ended()
        && !container.neverRan()
        && !container.cutOff()
        && container.restartPolicy() == RestartPolicy.Never;
  }

  /** A deployment that is no longer wanted is told of until its last container is gone. */
  private void leaving(SortedMap<String, ReportedDocument.Deployment> reported) {
    for (var container : facts.observed()) {
      var name = container.key().deployment();
      reported.computeIfAbsent(
          name,
          absent ->
              new ReportedDocument.Deployment(
                  "",
                  0,
                  Phase.Stopping,
                  "Stopping",
                  "it is no longer wanted here",
                  services(name)));
    }
  }

  private SortedMap<String, ReportedDocument.Service> services(String deployment) {
    var services = new TreeMap<String, ReportedDocument.Service>();
    facts.observed().stream()
        .filter(container -> container.key().deployment().equals(deployment))
        // Where an old and a new one stand side by side, the running one is told of.
        .sorted((a, b) -> Boolean.compare(a.running(), b.running()))
        .forEach(container -> services.put(container.key().service(), service(container)));
    return services;
  }

  private ReportedDocument.Service service(ObservedContainer container) {
    int restarts = facts.failure(container.key(), container.spec()).map(Failure::tries).orElse(0);
    return new ReportedDocument.Service(
        container.state(),
        container.health(),
        container.id(),
        container.image(),
        container.imageDigest(),
        container.startedAt(),
        container.restarts() + restarts,
        container.running() ? Optional.empty() : container.exitCode());
  }

  private static String bounded(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE) + "...";
  }
}
