package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.LockFile;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.ContainerRuntime;
import io.nationtech.iot.agent.reconcile.Delivery;
import io.nationtech.iot.agent.reconcile.PulledStore;
import io.nationtech.iot.agent.reconcile.RuntimeFailure;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Host;
import io.nationtech.iot.codec.Update.Lock;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.Container;
import io.nationtech.iot.podman.ContainerSpec;
import io.nationtech.iot.podman.Details;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.PodmanException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** podman over its socket. */
public final class PodmanRuntime implements ContainerRuntime {
  private static final long WATCH_AGAIN_MS = 1000;
  private static final int ALL = 100;

  /** The agent causes these itself, every few seconds, and nothing has changed by them. */
  private static final Set<String> OF_HEALTH_CHECKS = Set.of("exec", "exec_died", "health_status");

  private final Vertx vertx;
  private final Podman podman;
  private final DeviceId device;
  private final Pulse pulse;
  private final Observer observer;
  private final Places places;
  private final TakenPorts ports;
  private final Room room;
  private final ImageStore images;
  private final DeliveredSecrets secrets;
  private Limits limits = Limits.ALL;

  /** For who only looks, and pulls nothing that has to be remembered. */
  public PodmanRuntime(Vertx vertx, Podman podman, DeviceId device) {
    this(vertx, podman, device, PulledStore.NONE, ALL);
  }

  /**
   * Uses {@code podman}, which others may use too.
   *
   * @param percent how full the disk of the images may be before some go
   */
  public PodmanRuntime(
      Vertx vertx, Podman podman, DeviceId device, PulledStore pulled, int percent) {
    this.vertx = vertx;
    this.podman = podman;
    this.device = device;
    this.pulse = new Pulse(podman);
    this.observer = new Observer(podman, device, pulse);
    this.places = new Places(podman, device);
    this.ports = new TakenPorts(podman);
    var pulls = new Pulls(pulled);
    this.room = new Room(podman, pulls, new GraphRoot(vertx, podman), percent);
    this.images = new ImageStore(podman, pulls, room, InstantSource.system());
    this.secrets = new DeliveredSecrets(podman, device);
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
    return observer.observe().recover(PodmanRuntime::failure);
  }

  @Override
  public Future<String> provideImage(
      Service service, Delivery delivery, Runnable pulling, Future<Void> unwanted) {
    return images.provide(service, delivery, pulling, unwanted).recover(PodmanRuntime::failure);
  }

  @Override
  public Future<Void> renewImage(Service service, Delivery delivery, Future<Void> unwanted) {
    return images.renew(service.image(), delivery, unwanted).recover(PodmanRuntime::failure);
  }

  @Override
  public Future<Void> collectImages(Set<String> wanted) {
    return room.collect(wanted).recover(PodmanRuntime::failure);
  }

  @Override
  public Future<String> create(
      ServiceKey key, String name, Service service, String image, Delivery delivery) {
    return places
        .provide(key, service)
        .compose(there -> secrets.provide(key, service, delivery))
        .compose(given -> create(name, Specs.of(device, key, name, service, image, given, limits)))
        .recover(PodmanRuntime::failure);
  }

  /** podman may have lost its record of a container, and keep the name for what is left of it. */
  private Future<String> create(String name, ContainerSpec spec) {
    return podman
        .create(spec)
        .recover(
            e ->
                e instanceof PodmanException taken
                        && taken.kind() == PodmanException.Kind.NAME_IN_USE
                    ? podman
                        .exists(name)
                        .compose(
                            there ->
                                there
                                    ? Future.failedFuture(e)
                                    : podman.remove(name).compose(removed -> podman.create(spec)))
                    : Future.failedFuture(e));
  }

  @Override
  public Future<Void> removeLeftovers(Set<String> keptDeployments) {
    return places
        .removeNetworks(keptDeployments)
        .eventually(() -> secrets.removeLeftovers(keptDeployments::contains))
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

  /** By the list, since a container that is damaged may not be inspected any more, and yet run. */
  @Override
  public Future<Void> start(String container) {
    return podman
        .list(Map.of(Wire.LABEL_DEVICE, device.value()))
        .compose(
            all ->
                all.stream()
                    .filter(listed -> listed.id().equals(container))
                    .findFirst()
                    .map(listed -> requireNotDead(listed).compose(this::write))
                    .orElse(Future.succeededFuture()))
        .compose(written -> podman.start(container))
        .recover(ports::named)
        .recover(PodmanRuntime::failure);
  }

  /** podman starts nothing that it takes for running, be it dead. */
  private Future<Container> requireNotDead(Container listed) {
    return !Pulse.DOUBTFUL.contains(listed.state())
        ? Future.succeededFuture(listed)
        : podman
            .inspect(listed.id())
            .compose(pulse::isDead)
            .compose(
                dead ->
                    dead
                        ? Future.failedFuture(
                            new PodmanException(
                                PodmanException.Kind.DAMAGED,
                                "podman takes it for %s, and its process is gone"
                                    .formatted(listed.state())))
                        : Future.succeededFuture(listed));
  }

  /** Each time: a power cut leaves a file empty that was written just before it. */
  private Future<Void> write(Container container) {
    var files =
        PodmanV0.service(container.labels().getOrDefault(Wire.LABEL_SPEC, ""))
            .map(Specs::files)
            .orElse(List.of());
    return container.running() || files.isEmpty()
        ? Future.succeededFuture()
        : podman.write(container.id(), files);
  }

  @Override
  public Future<Void> stop(String container, Duration patience) {
    return podman.stop(container, patience).recover(PodmanRuntime::goneIsDone);
  }

  @Override
  public Future<Void> remove(String container) {
    return podman
        .remove(container)
        .recover(PodmanRuntime::goneIsDone)
        // What the others of its service do not have is left over; a failure of this is no failure
        // of the step, and the next time finds it.
        .onSuccess(gone -> secrets.removeLeftovers(every -> true));
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
          case DAMAGED -> RuntimeFailure.DAMAGED;
          case VOLUME_LOST -> "VolumeLost";
          case DISK_FULL -> "DiskFull";
          case TIMEOUT, UNAVAILABLE -> RuntimeFailure.AWAY;
          case OTHER -> "RuntimeError";
        };
    return Future.failedFuture(new RuntimeFailure(reason, e.getMessage() + remedy(podman.kind())));
  }

  private static String remedy(PodmanException.Kind kind) {
    return switch (kind) {
      case DISK_FULL -> "; make room (df -h; podman system df)";
      case VOLUME_LOST ->
          "; what was in this volume is gone: make that directory to go on with an empty one";
      default -> "";
    };
  }
}
