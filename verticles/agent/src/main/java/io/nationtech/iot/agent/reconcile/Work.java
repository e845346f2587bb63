package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is being done just now. A pull changes nothing, and goes on beside any other step. */
final class Work {
  private final Map<ServiceKey, Phase> working = new TreeMap<>(ServiceKey.ORDER);
  private final Map<ServiceKey, Phase> pulling = new TreeMap<>(ServiceKey.ORDER);

  /** Whether it may begin: a service is changed by one step after the other. */
  boolean begin(Step step) {
    if (step instanceof Step.Pull) {
      return pulling.putIfAbsent(step.key(), Phase.Starting) == null;
    }
    if (step.touches().stream().anyMatch(working::containsKey)) {
      return false;
    }
    step.touches().forEach(key -> working.put(key, Phase.Starting));
    return true;
  }

  void end(Step step) {
    if (step instanceof Step.Pull) {
      pulling.remove(step.key());
    } else {
      step.touches().forEach(working::remove);
    }
  }

  /** Whether that is news. */
  boolean phase(ServiceKey key, Phase phase) {
    return (phase == Phase.Pulling ? pulling : working).replace(key, phase) != phase;
  }

  /** Services that a step changes. */
  Set<ServiceKey> busy() {
    return Set.copyOf(working.keySet());
  }

  Set<ServiceKey> pulling() {
    return Set.copyOf(pulling.keySet());
  }

  /** By service, what is told of it. */
  Map<ServiceKey, Phase> phases() {
    var phases = new TreeMap<ServiceKey, Phase>(ServiceKey.ORDER);
    phases.putAll(pulling);
    phases.putAll(working);
    return phases;
  }
}
