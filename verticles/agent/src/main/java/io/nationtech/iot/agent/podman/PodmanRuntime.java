package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.LockFile;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.ContainerRuntime;
import io.nationtech.iot.agent.reconcile.RuntimeFailure;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.PullPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Host;
import io.nationtech.iot.codec.Update.Lock;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.Container;
import io.nationtech.iot.podman.Details;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.PodmanException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** podman over its socket. */
public final class PodmanRuntime implements ContainerRuntime {
  private static final long WATCH_AGAIN_MS = 1000;

  /** The agent causes these itself, every few seconds, and nothing has changed by them. */
  private static final Set<String> OF_HEALTH_CHECKS = Set.of("exec", "exec_died", "health_status");

  private static final Duration START_TAKES = Duration.ofSeconds(3);

  private final Vertx vertx;
  private final Podman podman;
  private final DeviceId device;
  private final Places places;
  private Limits limits = Limits.ALL;

  public PodmanRuntime(Vertx vertx, Podman podman, DeviceId device) {
    this.vertx = vertx;
    this.podman = podman;
    this.device = device;
    this.places = new Places(podman, device);
  }

  @Override
  public Future<Host> host() {
    return podman
        .info()
        .onSuccess(info -> limits = Limits.of(info))
        .map(PodmanRuntime::host)
        .recover(PodmanRuntime::failure);
  }

  @Override
  public Future<List<ObservedContainer>> observe() {
    return podman
        .list(Map.of(Wire.LABEL_DEVICE, device.value()))
        .compose(listed -> Future.all(listed.stream().map(this::observe).toList()))
        .map(
            all ->
                all.<Optional<ObservedContainer>>list().stream()
                    .flatMap(Optional::stream)
                    // podman commit copies labels: what was made of such an image is not ours.
                    .filter(container -> container.key().names(container.name()))
                    .toList())
        .recover(PodmanRuntime::failure);
  }

  /** Empty where the container went away between the list and this look. */
  private Future<Optional<ObservedContainer>> observe(Container listed) {
    return podman
        .inspect(listed.id())
        .map(details -> Optional.of(observed(listed, details)))
        .recover(
            e ->
                e instanceof PodmanException podman
                        && podman.kind() == PodmanException.Kind.NOT_FOUND
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(e));
  }

  private static ObservedContainer observed(Container listed, Details details) {
    var labels = listed.labels();
    return new ObservedContainer(
        listed.id(),
        listed.name(),
        new ServiceKey(
            labels.getOrDefault(Wire.LABEL_DEPLOYMENT, ""),
            labels.getOrDefault(Wire.LABEL_SERVICE, "")),
        labels.getOrDefault(Wire.LABEL_SPEC, ""),
        details.state(),
        details.health(),
        listed.image(),
        details.imageDigest(),
        listed.imageId(),
        details.startedAt(),
        details.restarts(),
        exitCode(details),
        PodmanV0.service(labels.getOrDefault(Wire.LABEL_SPEC, ""))
            .map(service -> Limits.missing(service.confinement().resources(), details.json()))
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

  @Override
  public Future<String> provideImage(Service service, Runnable pulling, Future<Void> unwanted) {
    var policy = service.pullPolicy().orElse(PullPolicy.IfNotPresent);
    if (policy == PullPolicy.Always) {
      return pull(service, pulling, unwanted);
    }
    return podman
        .image(service.image())
        .recover(PodmanRuntime::failure)
        .compose(
            image -> {
              if (image.isPresent()) {
                return Future.succeededFuture(image.get().id());
              }
              return policy == PullPolicy.Never
                  ? Future.failedFuture(
                      new RuntimeFailure(
                          "ImageNotPresent",
                          "image " + service.image() + " is not here, and pullPolicy is Never"))
                  : pull(service, pulling, unwanted);
            });
  }

  private Future<String> pull(Service service, Runnable pulling, Future<Void> unwanted) {
    pulling.run();
    return podman.pull(service.image(), line -> {}, unwanted).recover(PodmanRuntime::failure);
  }

  @Override
  public Future<String> create(ServiceKey key, String name, Service service, String image) {
    return places
        .provide(key, service)
        .compose(there -> podman.create(Specs.of(device, key, name, service, image, limits)))
        .recover(PodmanRuntime::failure);
  }

  @Override
  public Future<LockFile> lock(String deployment, Lock lock) {
    return podman
        .volumeDirectory(Wire.volumeName(deployment, lock.volume()))
        .compose(
            directory ->
                vertx.executeBlocking(() -> LockFiles.look(Path.of(directory), lock.file()), false))
        .otherwise(PodmanRuntime::notSeen);
  }

  private static LockFile notSeen(Throwable e) {
    return e instanceof PodmanException podman && podman.kind() == PodmanException.Kind.NOT_FOUND
        ? new LockFile.Absent()
        : new LockFile.Unreadable(String.valueOf(e.getMessage()));
  }

  @Override
  public Future<Void> removeNetworks(Set<String> keptDeployments) {
    return places.removeNetworks(keptDeployments).recover(PodmanRuntime::failure);
  }

  @Override
  public Future<Void> start(String container) {
    return podman
        .inspect(container)
        .compose(details -> write(container, details))
        .compose(written -> podman.start(container))
        .recover(PodmanRuntime::failure);
  }

  /** Each time: a power cut leaves a file empty that was written just before it. */
  private Future<Void> write(String container, Details details) {
    var labels = details.json().getJsonObject("Config", new JsonObject()).getJsonObject("Labels");
    var spec = labels == null ? "" : labels.getString(Wire.LABEL_SPEC, "");
    var files = PodmanV0.service(spec).map(Specs::files).orElse(List.of());
    return details.state().equals("running") || files.isEmpty()
        ? Future.succeededFuture()
        : podman.write(container, files);
  }

  @Override
  public Future<Void> stop(String container, Duration patience) {
    return podman.stop(container, patience).recover(PodmanRuntime::goneIsDone);
  }

  @Override
  public Future<Void> remove(String container) {
    return podman.remove(container).recover(PodmanRuntime::goneIsDone);
  }

  @Override
  public Future<Void> rename(String container, String name) {
    return podman.rename(container, name).recover(PodmanRuntime::failure);
  }

  @Override
  public Future<String> checkHealth(String container, Duration patience) {
    return podman
        .healthcheck(container, patience)
        .compose(done -> podman.inspect(container))
        .map(Details::health)
        .recover(PodmanRuntime::failure);
  }

  @Override
  public void watch(Runnable changed) {
    podman
        .events(
            connected -> changed.run(),
            event -> {
              if (!OF_HEALTH_CHECKS.contains(event.action())) {
                changed.run();
              }
            })
        // The stream ends with podman's service; what happened meanwhile the next look finds.
        .onComplete(ended -> vertx.setTimer(WATCH_AGAIN_MS, again -> watch(changed)));
  }

  private static Host host(JsonObject info) {
    var host = info.getJsonObject("host", new JsonObject());
    var distribution = host.getJsonObject("distribution", new JsonObject());
    var name = distribution.getString("distribution", "unknown");
    return new Host(
        host.getString("arch", ""),
        Character.toUpperCase(name.charAt(0))
            + name.substring(1)
            + " "
            + distribution.getString("version", ""),
        info.getJsonObject("version", new JsonObject()).getString("Version", ""));
  }

  private static Future<Void> goneIsDone(Throwable e) {
    return e instanceof PodmanException podman && podman.kind() == PodmanException.Kind.NOT_FOUND
        ? Future.succeededFuture()
        : failure(e);
  }

  private static <T> Future<T> failure(Throwable e) {
    if (!(e instanceof PodmanException podman)) {
      return Future.failedFuture(e);
    }
    var reason =
        switch (podman.kind()) {
          case NOT_FOUND -> "NotFound";
          case NAME_IN_USE -> "NameInUse";
          case PORT_IN_USE -> "PortInUse";
          case PULL_FAILED -> "ImagePullFailed";
          case TIMEOUT, UNAVAILABLE -> RuntimeFailure.AWAY;
          case OTHER -> "RuntimeError";
        };
    return Future.failedFuture(new RuntimeFailure(reason, String.valueOf(e.getMessage())));
  }
}
