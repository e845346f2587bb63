package io.nationtech.iot.agent.status;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.Wire;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** From a situation to what should run beside what runs. */
final class Rows {
  private Rows() {}

  /**
   * One service.
   *
   * @param wanted the image that should run; empty where nothing should
   * @param runs podman's own word, with what tells more; empty where podman does not answer
   * @param container its id; empty where there is none
   */
  record Row(
      String service,
      Optional<String> wanted,
      Optional<String> runs,
      String container,
      Optional<Instant> since,
      Optional<HistoryEntry> lastChange) {}

  static List<Row> of(Situation situation) {
    var wanted = new TreeMap<String, Service>();
    situation
        .desired()
        .ifPresent(
            document ->
                document
                    .deployments()
                    .forEach(
                        (name, deployment) -> {
                          if (deployment.score() instanceof PodmanV0 score) {
                            score
                                .services()
                                .forEach(
                                    service ->
                                        wanted.put(
                                            Wire.containerName(name, service.name()), service));
                          }
                        }));
    var observed = situation.observed().orElse(List.of());
    var rows = new ArrayList<Row>();
    wanted.forEach(
        (name, service) -> {
          var containers =
              observed.stream().filter(each -> each.key().toString().equals(name)).toList();
          rows.add(row(situation, name, Optional.of(service), best(containers)));
        });
    observed.stream()
        .filter(container -> !wanted.containsKey(container.key().toString()))
        .forEach(
            container ->
                rows.add(
                    row(situation, container.name(), Optional.empty(), Optional.of(container))));
    return rows;
  }

  /** Where an old and a new one stand side by side, the running one. */
  private static Optional<ObservedContainer> best(List<ObservedContainer> containers) {
    return containers.stream()
        .max(
            Comparator.comparing(ObservedContainer::running)
                .thenComparing(container -> container.startedAt().orElse(Instant.MIN)));
  }

  private static Row row(
      Situation situation,
      String name,
      Optional<Service> wanted,
      Optional<ObservedContainer> container) {
    return new Row(
        name,
        wanted.map(Service::image),
        situation.observed().isEmpty()
            ? Optional.empty()
            : Optional.of(container.map(there -> runs(wanted, there)).orElse("no container")),
        container.map(ObservedContainer::id).orElse(""),
        container.filter(ObservedContainer::running).flatMap(ObservedContainer::startedAt),
        Optional.ofNullable(situation.lastChanges().get(name)));
  }

  private static String runs(Optional<Service> wanted, ObservedContainer container) {
    var state = new StringBuilder(container.state());
    if (!container.running()) {
      container.exitCode().ifPresent(code -> state.append(" (exit code ").append(code).append(')'));
    }
    if (!container.health().equals("none")) {
      state.append(", ").append(container.health());
    }
    if (wanted.filter(service -> !service.spec().equals(container.spec())).isPresent()) {
      state.append(", another version");
    }
    return state.toString();
  }
}
