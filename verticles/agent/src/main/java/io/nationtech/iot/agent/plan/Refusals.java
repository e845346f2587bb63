package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Protocol;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.UnsupportedScore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which deployments of a document are not carried out on this device, and why. */
final class Refusals {
  private final Policy policy;
  private final Map<String, String> ports = new HashMap<>();

  private Refusals(Policy policy) {
    this.policy = policy;
  }

  static Map<String, Refusal> of(SortedMap<String, Deployment> deployments, Policy policy) {
    var refusals = new Refusals(policy);
    var refused = new TreeMap<String, Refusal>();
    // The older deployment has a port first; what was there before a quarrel runs on.
    deployments.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Deployment> entry) -> entry.getValue().since())
                .thenComparing(Map.Entry::getKey))
        .forEach(
            entry ->
                refusals
                    .refusal(entry.getKey(), entry.getValue())
                    .ifPresent(refusal -> refused.put(entry.getKey(), refusal)));
    return refused;
  }

  private Optional<Refusal> refusal(String name, Deployment deployment) {
    return switch (deployment.score()) {
      case UnsupportedScore score ->
          Optional.of(new Refusal(Phase.Unsupported, score.reason(), score.message()));
      case PodmanV0 score ->
          policy
              .refusal(score)
              .map(message -> new Refusal(Phase.Failed, "NotAllowedByPolicy", message))
              .or(() -> portConflict(name, score));
    };
  }

  private Optional<Refusal> portConflict(String name, PodmanV0 score) {
    var wanted =
        score.services().stream()
            .flatMap(service -> service.ports().stream())
            .flatMap(
                port ->
                    port.hostPort().stream()
                        .map(host -> host + "/" + port.protocol().orElse(Protocol.TCP)))
            .toList();
    var taken = wanted.stream().filter(ports::containsKey).findFirst();
    if (taken.isEmpty()) {
      wanted.forEach(port -> ports.put(port, name));
    }
    return taken.map(port -> portConflict(name, port));
  }

  private Refusal portConflict(String name, String port) {
    var message =
        "port %s is used by deployment '%s', which is older than '%s'"
            .formatted(port, ports.get(port), name);
    return new Refusal(Phase.Failed, "PortConflict", message);
  }
}
