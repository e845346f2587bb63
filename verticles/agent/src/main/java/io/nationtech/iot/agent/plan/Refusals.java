package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Port;
import io.nationtech.iot.codec.PodmanV0.Protocol;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.UnsupportedScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which deployments of a document are not carried out on this device, and why. */
final class Refusals {
  private final Policy policy;
  private final List<Taken> taken = new ArrayList<>();

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
            .flatMap(port -> port.hostPort().map(host -> Taken.of(name, host, port)).stream())
            .toList();
    var conflict =
        taken.stream().filter(older -> wanted.stream().anyMatch(older::conflicts)).findFirst();
    if (conflict.isEmpty()) {
      taken.addAll(wanted);
    }
    return conflict.map(older -> older.refusal(name));
  }

  /** A port of this machine that a deployment has. */
  private record Taken(String deployment, int port, Protocol protocol, String address) {
    private static final Set<String> ALL_ADDRESSES = Set.of("", "0.0.0.0", "::");

    static Taken of(String deployment, int hostPort, Port port) {
      return new Taken(
          deployment, hostPort, port.protocol().orElse(Protocol.TCP), port.hostIP().orElse(""));
    }

    boolean conflicts(Taken other) {
      return port == other.port
          && protocol == other.protocol
          && (address.equals(other.address)
              || ALL_ADDRESSES.contains(address)
              || ALL_ADDRESSES.contains(other.address));
    }

    Refusal refusal(String newer) {
      return new Refusal(
          Phase.Failed,
          "PortConflict",
          "port %d/%s is used by deployment '%s', which is older than '%s'"
              .formatted(port, protocol, deployment, newer));
    }
  }
}
