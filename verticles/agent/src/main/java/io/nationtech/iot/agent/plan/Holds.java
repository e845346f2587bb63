package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.MaintenanceWindow;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Update.Lock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether a device may change now: its window comes first, and then its application's own file.
 * Neither may hold an update off for ever.
 */
final class Holds {
  /** Nobody knows whether the window is open: after a day it was, most likely. */
  private static final Duration CLOCK_UNKNOWN_AT_MOST = Duration.ofDays(1);

  private final Holding holding;
  private final Map<String, Held> since = new TreeMap<>();

  Holds(Facts facts) {
    holding = facts.holding();
    holding
        .since()
        .forEach(
            (name, held) -> {
              var deployment = facts.deployments().get(name);
              if (deployment != null && deployment.version().equals(held.version())) {
                since.put(name, held);
              }
            });
  }

  /** What is to be known the next time. */
  Map<String, Held> since() {
    return Map.copyOf(since);
  }

  /** The locks that are asked for: where something is still to be changed. */
  static Map<String, Lock> asked(Facts facts) {
    var asked = new TreeMap<String, Lock>();
    facts
        .deployments()
        .forEach(
            (name, deployment) ->
                deployment
                    .update()
                    .lock()
                    .filter(lock -> !settled(facts, name, deployment))
                    .ifPresent(lock -> asked.put(name, lock)));
    return asked;
  }

  private static boolean settled(Facts facts, String name, Deployment deployment) {
    return !(deployment.score() instanceof PodmanV0 score)
        || facts.lacking(name, score).isEmpty()
            && facts.observed().stream()
                .filter(container -> container.key().deployment().equals(name))
                .allMatch(container -> score.services().stream().anyMatch(container::isMadeFrom));
  }

  /** Why this deployment may not be changed now; empty where it may. */
  Optional<Refusal> of(String name, Deployment deployment) {
    return deployment
        .update()
        .maintenanceWindow()
        .flatMap(window -> closed(name, deployment, window))
        .or(() -> deployment.update().lock().flatMap(lock -> locked(name, deployment, lock)));
  }

  private Optional<Refusal> closed(String name, Deployment deployment, MaintenanceWindow window) {
    if (!holding.certain()) {
      return clockUnknown(name, deployment);
    }
    if (window.isOpen(holding.now(), holding.zone())) {
      return Optional.empty();
    }
    var message =
        "the update waits for its maintenance window, which opens at %s"
            .formatted(shown(window.opens(holding.now(), holding.zone())));
    return Optional.of(new Refusal(Phase.Waiting, "OutsideMaintenanceWindow", message));
  }

  private Optional<Refusal> clockUnknown(String name, Deployment deployment) {
    var held = held(name, deployment);
    var from = held.clockUnknown().orElse(holding.now());
    var until = from.plus(CLOCK_UNKNOWN_AT_MOST);
    if (!holding.now().isBefore(until)) {
      return Optional.empty();
    }
    since.put(name, new Held(held.version(), Optional.of(from), held.locked(), holding.certain()));
    var message =
        "the update waits for its maintenance window, and nobody knows what time it is; it goes on"
            + " in %d minutes all the same"
                .formatted(Duration.between(holding.now(), until).toMinutes() + 1);
    return Optional.of(new Refusal(Phase.Waiting, "OutsideMaintenanceWindow", message));
  }

  private Optional<Refusal> locked(String name, Deployment deployment, Lock lock) {
    var file = holding.locks().getOrDefault(name, new LockFile.Absent());
    return switch (file) {
      case LockFile.Absent absent -> Optional.empty();
      case LockFile.There there ->
          locked(name, deployment, lock, "UpdateLocked", "the application holds the update off by");
      case LockFile.Unreadable no ->
          locked(
              name,
              deployment,
              lock,
              "UpdateLockUnreadable",
              "the update waits since the agent can't see its lock (" + no.why() + "),");
    };
  }

  /** Without this bound an application that crashed with its lock would never be mended. */
  private Optional<Refusal> locked(
      String name, Deployment deployment, Lock lock, String reason, String what) {
    var held = held(name, deployment);
    var from = held.locked().orElse(holding.now());
    var until = from.plus(lock.atMost());
    since.put(
        name, new Held(held.version(), held.clockUnknown(), Optional.of(from), holding.certain()));
    if (!holding.now().isBefore(until)) {
      return Optional.empty();
    }
    var message =
        "%s file %s in volume %s, until %s at the latest"
            .formatted(what, lock.file(), lock.volume(), shown(until, holding.zone()));
    return Optional.of(new Refusal(Phase.Waiting, reason, message));
  }

  /** What was counted from a wrong time counts from now; so does what is still to come. */
  private Held held(String name, Deployment deployment) {
    var held = since.get(name);
    if (held == null) {
      return Held.none(deployment.version(), holding.certain());
    }
    boolean wrong = holding.certain() && !held.certain();
    return new Held(
        held.version(),
        held.clockUnknown().map(from -> counted(from, wrong)),
        held.locked().map(from -> counted(from, wrong)),
        held.certain());
  }

  private Instant counted(Instant from, boolean wrong) {
    return wrong || from.isAfter(holding.now()) ? holding.now() : from;
  }

  private static String shown(Instant time, ZoneId zone) {
    return shown(LocalDateTime.ofInstant(time, zone).truncatedTo(ChronoUnit.SECONDS));
  }

  private static String shown(LocalDateTime time) {
    return time.toString().replace('T', ' ');
  }
}
