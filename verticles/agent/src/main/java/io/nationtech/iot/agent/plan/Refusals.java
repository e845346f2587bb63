package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.UnsupportedScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which deployments of a document are not carried out on this device, and why. */
final class Refusals {
  private final Policy policy;
  private final Optional<String> secretsMissing;
  private final List<Taken> taken = new ArrayList<>();

  /** Who has a device, by its path. */
  private final Map<String, String> devices = new TreeMap<>();

  private Refusals(Policy policy, Optional<String> secretsMissing) {
    this.policy = policy;
    this.secretsMissing = secretsMissing;
  }

  static Map<String, Refusal> of(
      SortedMap<String, Deployment> deployments, Policy policy, Optional<String> secretsMissing) {
    var refusals = new Refusals(policy, secretsMissing);
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
      case PodmanV0 score -> {
        var refusal =
            policy
                .refusal(score)
                .map(message -> new Refusal(Phase.Failed, "NotAllowedByPolicy", message))
                .or(() -> secretsMissing.flatMap(why -> withoutSecrets(score, why)))
                .or(() -> portConflict(name, score))
                .or(() -> deviceConflict(name, score));
        if (refusal.isEmpty()) {
          take(name, score);
        }
        yield refusal;
      }
    };
  }

  private static Optional<Refusal> withoutSecrets(PodmanV0 score, String why) {
    var services =
        score.services().stream()
            .flatMap(
                service ->
                    service.secrets().stream()
                        .map(
                            secret ->
                                "service '%s' needs secret '%s'"
                                    .formatted(service.name(), secret.name())));
    var registries =
        score.registries().stream()
            .map(registry -> "registry " + registry.host() + " needs a login");
    return Stream.concat(services, registries)
        .findFirst()
        .map(what -> new Refusal(Phase.Unsupported, "SecretsNotAvailable", what + ": " + why));
  }

  private void take(String name, PodmanV0 score) {
    for (var service : score.services()) {
      HostPort.of(service).forEach(port -> taken.add(new Taken(name, service.name(), port)));
      HostDevices.of(service).forEach(path -> devices.put(path, name));
    }
  }

  private Optional<Refusal> portConflict(String name, PodmanV0 score) {
    var wanted = new ArrayList<Taken>();
    for (var service : score.services()) {
      for (var port : HostPort.of(service)) {
        var conflict =
            Stream.concat(taken.stream(), wanted.stream())
                .filter(other -> other.port().conflicts(port))
                .findFirst();
        if (conflict.isPresent()) {
          return conflict.map(other -> other.refusal(name, service.name()));
        }
        wanted.add(new Taken(name, service.name(), port));
      }
    }
    return Optional.empty();
  }

  /** Services of one deployment may share a device: their author knows of both. */
  private Optional<Refusal> deviceConflict(String name, PodmanV0 score) {
    return score.services().stream()
        .flatMap(service -> HostDevices.of(service).stream())
        .filter(devices::containsKey)
        .findFirst()
        .map(
            path ->
                new Refusal(
                    Phase.Failed,
                    "DeviceConflict",
                    "device %s is used by deployment '%s', which is older than '%s'"
                        .formatted(path, devices.get(path), name)));
  }

  /** A port that a service of a deployment has. */
  private record Taken(String deployment, String service, HostPort port) {
    Refusal refusal(String newer, String newerService) {
      var message =
          deployment.equals(newer)
              ? "port %s is wanted by services '%s' and '%s' of '%s'"
                  .formatted(port, service, newerService, newer)
              : "port %s is used by deployment '%s', which is older than '%s'"
                  .formatted(port, deployment, newer);
      return new Refusal(Phase.Failed, "PortConflict", message);
    }
  }
}
