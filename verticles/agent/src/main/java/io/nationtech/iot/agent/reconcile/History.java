package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Failure;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What went wrong lately, so that it is not tried again too soon. */
final class History {
  /** A service that ran this long has recovered from whatever ended it before. */
  private static final Duration RECOVERED = Duration.ofMinutes(10);

  private final Map<ServiceKey, Failure> failures = new TreeMap<>(ServiceKey.ORDER);
  private final Map<String, Quarantine> quarantined;

  History(Map<String, Quarantine> quarantined) {
    this.quarantined = new TreeMap<>(quarantined);
  }

  Map<ServiceKey, Failure> failures() {
    return Map.copyOf(failures);
  }

  Map<String, Quarantine> quarantined() {
    return Map.copyOf(quarantined);
  }

  /** A service that ended by itself waits longer each time before it is started again. */
  void began(Step step, Instant now) {
    if (step instanceof Step.StartAgain again && !again.container().state().equals("created")) {
      remember(step.key(), again.container().spec(), "ServiceEnded", step.reason(), now);
    }
  }

  void succeeded(Step step) {
    if (!(step instanceof Step.StartAgain)) {
      failures.remove(step.key());
    }
  }

  Failure failed(Step step, RuntimeFailure e, Instant now) {
    return remember(step.key(), spec(step), e.reason(), String.valueOf(e.getMessage()), now);
  }

  void rolledBack(Step step, Optional<String> version, ReplacementFailed e) {
    failures.remove(step.key());
    version.ifPresent(
        failed ->
            quarantined.put(
                step.key().deployment(),
                new Quarantine(failed, step.key().service() + ": " + e.getMessage())));
  }

  /** Forgets the failures of services that have recovered. */
  void forget(List<ObservedContainer> observed, Instant now) {
    observed.stream()
        .filter(ObservedContainer::running)
        .filter(
            container ->
                container.startedAt().filter(at -> at.plus(RECOVERED).isBefore(now)).isPresent())
        .forEach(container -> failures.remove(container.key()));
  }

  /** How long until a failure may be tried again, at most {@code longest}. */
  Duration nextTry(Instant now, Duration longest) {
    return failures.values().stream()
        .map(failure -> Duration.between(now, failure.retryAt()))
        .filter(Duration::isPositive)
        .filter(wait -> wait.compareTo(longest) < 0)
        .min(Duration::compareTo)
        .orElse(longest);
  }

  private Failure remember(
      ServiceKey key, String spec, String reason, String message, Instant now) {
    var failure = Failure.after(failures.get(key), spec, reason, message, now);
    failures.put(key, failure);
    return failure;
  }

  private static String spec(Step step) {
    return switch (step) {
      case Step.Start start -> start.service().spec();
      case Step.Replace replace -> replace.service().spec();
      case Step.Promote promote -> promote.proven().spec();
      case Step.RollBack back -> back.failed().spec();
      case Step.Restore restore -> restore.proven().spec();
      case Step.StartAgain again -> again.container().spec();
      case Step.Remove remove -> remove.container().spec();
    };
  }
}
