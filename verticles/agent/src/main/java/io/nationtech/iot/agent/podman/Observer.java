package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.Container;
import io.nationtech.iot.podman.Details;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.PodmanException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sees this device's containers as podman lists and inspects them. */
final class Observer {
  private static final Duration START_TAKES = Duration.ofSeconds(3);

  private final Podman podman;
  private final DeviceId device;
  private final Pulse pulse;

  Observer(Podman podman, DeviceId device, Pulse pulse) {
    this.podman = podman;
    this.pulse = pulse;
    this.device = device;
  }

  Future<List<ObservedContainer>> observe() {
    return podman
        .list(Map.of(Wire.LABEL_DEVICE, device.value()))
        .compose(listed -> Future.all(listed.stream().map(this::observe).toList()))
        .map(
            all ->
                all.<Optional<ObservedContainer>>list().stream()
                    .flatMap(Optional::stream)
                    // podman commit copies labels: what was made of such an image is not ours.
                    .filter(container -> container.key().names(container.name()))
                    .toList());
  }

  /** Empty where the container went away between the list and this look. */
  private Future<Optional<ObservedContainer>> observe(Container listed) {
    return podman
        .inspect(listed.id())
        .compose(
            details -> state(details).map(state -> Optional.of(observed(listed, state, details))))
        .recover(
            e ->
                switch (kind(e)) {
                  case TIMEOUT, UNAVAILABLE -> Future.failedFuture(e);
                  case NOT_FOUND -> Future.succeededFuture(stillListed(listed, e));
                  default -> Future.succeededFuture(Optional.of(observed(listed)));
                });
  }

  private static PodmanException.Kind kind(Throwable e) {
    return e instanceof PodmanException podman ? podman.kind() : PodmanException.Kind.OTHER;
  }

  /** What is not found may be its image, and then the container may well run. */
  private static Optional<ObservedContainer> stillListed(Container listed, Throwable e) {
    return String.valueOf(e.getMessage()).contains("no such container")
        ? Optional.empty()
        : Optional.of(observed(listed));
  }

  /** podman's own word, or {@code dead}, which it would never say itself. */
  private Future<String> state(Details details) {
    return pulse.isDead(details).map(dead -> dead ? "dead" : details.state());
  }

  private static ObservedContainer observed(Container listed, String state, Details details) {
    return observed(
        listed,
        state,
        details.health(),
        details.imageDigest(),
        details.startedAt(),
        details.restarts(),
        exitCode(details),
        details.json());
  }

  /** One that is damaged must not hide the others: what the list has of it. */
  private static ObservedContainer observed(Container listed) {
    return observed(
        listed,
        listed.state(),
        "none",
        "",
        listed.startedAt(),
        0,
        listed.startedAt().flatMap(at -> listed.exitCode()),
        new JsonObject());
  }

  private static ObservedContainer observed(
      Container listed,
      String state,
      String health,
      String imageDigest,
      Optional<Instant> startedAt,
      int restarts,
      Optional<Integer> exitCode,
      JsonObject json) {
    var labels = listed.labels();
    var spec = labels.getOrDefault(Wire.LABEL_SPEC, "");
    return new ObservedContainer(
        listed.id(),
        listed.name(),
        new ServiceKey(
            labels.getOrDefault(Wire.LABEL_DEPLOYMENT, ""),
            labels.getOrDefault(Wire.LABEL_SERVICE, "")),
        spec,
        state,
        health,
        listed.image(),
        imageDigest,
        listed.imageId(),
        startedAt,
        restarts,
        exitCode,
        json.isEmpty()
            ? List.of()
            : PodmanV0.service(spec)
                .map(service -> Limits.missing(service.confinement().resources(), json))
                .orElse(List.of()));
  }

  /**
   * A power cut ends a container without podman: it finds it ended at its next start, and then 5.x
   * says exit code 0, with the end of an earlier run or none. What ends at once seems to end some
   * milliseconds before its start.
   */
  private static Optional<Integer> exitCode(Details details) {
    var state = details.json().getJsonObject("State", new JsonObject());
    var finished = instant(state.getString("FinishedAt", "")).map(end -> end.plus(START_TAKES));
    return details
        .startedAt()
        .filter(start -> details.exitCode() != 0 || finished.filter(start::isBefore).isPresent())
        .map(start -> details.exitCode());
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
