package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Attempt;
import io.nationtech.iot.agent.plan.Facts;
import io.nationtech.iot.agent.plan.Failure;
import io.nationtech.iot.agent.plan.Held;
import io.nationtech.iot.agent.plan.Plan;
import io.nationtech.iot.agent.plan.Planner;
import io.nationtech.iot.agent.plan.Proven;
import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What went wrong lately, so that it is not tried again too soon. */
final class History {
  /** What was due this long ago and has not failed since is over. */
  private static final Duration RECOVERED = Duration.ofMinutes(10);

  private final Map<Attempt, Failure> failures = new HashMap<>();
  private final Set<Attempt> tried = new HashSet<>();
  private final Map<String, Quarantine> quarantined;
  private final Map<Attempt, String> pulled = new HashMap<>();
  private Map<ServiceKey, Proven> proven;
  private Map<String, Held> held;

  /** Begins with what survived. */
  History(Memory memory) {
    this.quarantined = new TreeMap<>(memory.quarantined());
    this.proven = memory.proven();
    this.held = memory.held();
  }

  /** What is to survive. */
  Memory memory(Optional<Memory.Known> known) {
    return new Memory(known, quarantined(), proven, held);
  }

  Map<ServiceKey, Proven> proven() {
    return proven;
  }

  Map<String, Held> held() {
    return held;
  }

  /** The ids of the images that were pulled for what is still to be made. */
  Map<Attempt, String> pulled() {
    return Map.copyOf(pulled);
  }

  void pulled(Step.Pull step, String imageId) {
    pulled.put(new Attempt(step.key(), step.service().spec()), imageId);
  }

  /** What a plan found to be remembered; whether that is news. */
  boolean planned(Plan plan, Facts facts) {
    pulled.keySet().removeIf(attempt -> !Planner.isToBeMade(facts, attempt));
    boolean news = !plan.proven().equals(proven) || !plan.since().equals(held);
    proven = plan.proven();
    held = plan.since();
    return news;
  }

  Map<Attempt, Failure> failures() {
    return Map.copyOf(failures);
  }

  Set<Attempt> tried() {
    return Set.copyOf(tried);
  }

  Map<String, Quarantine> quarantined() {
    return Map.copyOf(quarantined);
  }

  /** What a replacement supersedes is stopped by it: its end will say nothing of its version. */
  void began(Step step) {
    if (step instanceof Step.Replace) {
      tried.removeIf(attempt -> attempt.key().equals(step.key()));
    }
    if (!(step instanceof Step.Pull)) {
      tried.add(step.attempt());
    }
  }

  /** A service that ended by itself waits longer each time before it is started again. */
  void succeeded(Step step, Instant now) {
    if (step instanceof Step.StartAgain again && !again.container().neverRan()) {
      remember(step.attempt(), "ServiceEnded", step.reason(), now);
    } else {
      failures.remove(step.attempt());
    }
    if (!(step instanceof Step.Replace
        || step instanceof Step.StartAgain
        || step instanceof Step.Pull
        || step instanceof Step.Start)) {
      tried.removeIf(attempt -> attempt.key().equals(step.key()));
    }
  }

  Failure failed(Step step, RuntimeFailure e, Instant now) {
    // The image may be gone by now: it is looked for again, and pulled.
    pulled.remove(step.attempt());
    return remember(step.attempt(), e.reason(), String.valueOf(e.getMessage()), now);
  }

  /** The reason of a quarantine is the first: the other services of the version only follow. */
  void rolledBack(Step step, Optional<String> version, ReplacementFailed e) {
    failures.remove(step.attempt());
    tried.removeIf(attempt -> attempt.key().equals(step.key()));
    version.ifPresent(
        failed ->
            quarantined.merge(
                step.key().deployment(),
                new Quarantine(failed, step.key().service() + ": " + e.getMessage()),
                (first, later) -> first.version().equals(later.version()) ? first : later));
  }

  /** Forgets what has recovered. */
  void forget(Instant now) {
    failures.values().removeIf(failure -> failure.retryAt().plus(RECOVERED).isBefore(now));
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

  private Failure remember(Attempt attempt, String reason, String message, Instant now) {
    var failure = Failure.after(failures.get(attempt), reason, message, now);
    failures.put(attempt, failure);
    return failure;
  }
}
