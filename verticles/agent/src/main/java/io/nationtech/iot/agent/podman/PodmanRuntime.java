package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.ContainerRuntime;
import io.nationtech.iot.agent.reconcile.RuntimeFailure;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0.PullPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Host;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.Container;
import io.nationtech.iot.podman.Details;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.PodmanException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** podman over its socket. */
public final class PodmanRuntime implements ContainerRuntime {
  private static final long WATCH_AGAIN_MS = 1000;

  private final Vertx vertx;
  private final Podman podman;
  private final DeviceId device;

  public PodmanRuntime(Vertx vertx, Podman podman, DeviceId device) {
    this.vertx = vertx;
    this.podman = podman;
    this.device = device;
  }

  @Override
  public Future<Host> host() {
    return podman.info().map(PodmanRuntime::host).recover(PodmanRuntime::failure);
  }

  @Override
  public Future<List<ObservedContainer>> observe() {
    return podman
        .list(Map.of(Wire.LABEL_DEVICE, device.value()))
        .compose(listed -> Future.all(listed.stream().map(this::observe).toList()))
        .map(
            all ->
                all.<Optional<ObservedContainer>>list().stream().flatMap(Optional::stream).toList())
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
    boolean ran = details.startedAt().isPresent();
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
        details.startedAt(),
        details.restarts(),
        ran ? Optional.of(details.exitCode()) : Optional.empty());
  }

  @Override
  public Future<Void> provideImage(Service service, Runnable pulling) {
    var policy = service.pullPolicy().orElse(PullPolicy.IfNotPresent);
    if (policy == PullPolicy.Always) {
      return pull(service, pulling);
    }
    return podman
        .image(service.image())
        .recover(PodmanRuntime::failure)
        .compose(
            image -> {
              if (image.isPresent()) {
                return Future.succeededFuture();
              }
              return policy == PullPolicy.Never
                  ? Future.failedFuture(
                      new RuntimeFailure(
                          "ImageNotPresent",
                          "image " + service.image() + " is not here, and pullPolicy is Never"))
                  : pull(service, pulling);
            });
  }

  private Future<Void> pull(Service service, Runnable pulling) {
    pulling.run();
    return podman
        .pull(service.image(), line -> {}, Promise.promise().future())
        .<Void>mapEmpty()
        .recover(PodmanRuntime::failure);
  }

  @Override
  public Future<String> create(ServiceKey key, String name, Service service) {
    return volumes(key, service)
        .compose(there -> podman.create(Specs.of(device, key, name, service)))
        .recover(PodmanRuntime::failure);
  }

  private Future<Void> volumes(ServiceKey key, Service service) {
    var labels = Map.of(Wire.LABEL_DEVICE, device.value(), Wire.LABEL_DEPLOYMENT, key.deployment());
    return Future.all(
            service.volumes().stream()
                .flatMap(volume -> volume.name().stream())
                .distinct()
                .map(name -> volume(Wire.volumeName(key.deployment(), name), labels))
                .toList())
        .mapEmpty();
  }

  /** One of that name that no agent made for this deployment is somebody's own. */
  private Future<Void> volume(String name, Map<String, String> labels) {
    return podman
        .provideVolume(name, labels)
        .compose(
            there ->
                Objects.equals(there.get(Wire.LABEL_DEPLOYMENT), labels.get(Wire.LABEL_DEPLOYMENT))
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new RuntimeFailure(
                            "VolumeNotOurs",
                            "a volume "
                                + name
                                + " that this agent did not make is here: rename it, or the"
                                + " deployment's")));
  }

  @Override
  public Future<Void> start(String container) {
    return podman.start(container).recover(PodmanRuntime::failure);
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
  public void watch(Runnable changed) {
    podman
        .events(connected -> changed.run(), event -> changed.run())
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
