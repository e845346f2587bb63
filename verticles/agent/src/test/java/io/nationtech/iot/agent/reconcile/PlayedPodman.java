package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.LockFile;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Host;
import io.nationtech.iot.codec.Update.Lock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * podman as a table in memory, with faults that a real one can't be made to show at every call. An
 * image's name says how it behaves: {@code good}, {@code crash} (ends with 1 after a second),
 * {@code job} (ends with 0 after a second), {@code sick} (runs, and is unhealthy), {@code broken}
 * (does not start), {@code missing} (can't be pulled). All containers of a service want the same
 * port.
 */
final class PlayedPodman implements ContainerRuntime {
  /** What befalls a call. */
  enum Fault {
    NONE,
    AWAY_BEFORE,
    AWAY_AFTER,
    REFUSED,
    DEATH_BEFORE,
    DEATH_AFTER
  }

  /** One container; {@code exitCode} of its last end. */
  record Box(
      String id,
      String name,
      ServiceKey key,
      Service service,
      String imageId,
      String state,
      Optional<Instant> startedAt,
      Optional<Integer> exitCode) {
    /** By its image, not by what its tag stands for now. */
    String behaviour() {
      return imageId.substring("id-of-".length()).split(":")[0];
    }

    boolean running() {
      return state.equals("running");
    }

    Box started(Instant now) {
      return new Box(id, name, key, service, imageId, "running", Optional.of(now), exitCode);
    }

    Box ended(int code) {
      return new Box(id, name, key, service, imageId, "exited", startedAt, Optional.of(code));
    }

    Box cutOff() {
      return new Box(id, name, key, service, imageId, "exited", startedAt, Optional.empty());
    }

    Box named(String newName) {
      return new Box(id, newName, key, service, imageId, state, startedAt, exitCode);
    }

    /**
     * {@code sick} is found out a second after its start, as late as another is known to be well.
     */
    String health(Instant now) {
      if (service.healthcheck().isEmpty()) {
        return "none";
      }
      boolean known = startedAt.filter(at -> !at.plusSeconds(1).isAfter(now)).isPresent();
      return !known ? "starting" : behaviour().equals("sick") ? "unhealthy" : "healthy";
    }

    ObservedContainer observed(Instant now) {
      return new ObservedContainer(
          id,
          name,
          key,
          service.spec(),
          state,
          health(now),
          service.image(),
          "sha256:0",
          imageId,
          startedAt,
          0,
          exitCode,
          List.of());
    }
  }

  /** Sees each change before it is made. */
  interface Watch {
    void before(String verb, Box box);
  }

  final Map<String, Box> boxes = new LinkedHashMap<>();
  Instant now = Instant.parse("2026-11-24T10:00:00Z");
  Function<String, Fault> faults = call -> Fault.NONE;
  Watch watch = (verb, box) -> {};
  boolean registryAway;

  /** Deployments whose application holds its update off. */
  final Set<String> locked = new HashSet<>();

  /** Tags that stand for another image by now. */
  final Map<String, String> tags = new HashMap<>();

  /** The agent is dead: nothing it asked for is answered any more. */
  boolean agentDead;

  /** Of these containers, and of containers of these images, a part is gone from the disk. */
  final Set<String> damagedBoxes = new HashSet<>();

  final Set<String> damagedImages = new HashSet<>();

  private final Set<String> images = new HashSet<>();
  private int made;

  List<Box> of(ServiceKey key) {
    return boxes.values().stream().filter(box -> box.key().equals(key)).toList();
  }

  /** Time goes on, and containers end by themselves. */
  void pass(Duration time) {
    now = now.plus(time);
    boxes.replaceAll(
        (id, box) ->
            box.running() && !box.startedAt().orElseThrow().plusSeconds(1).isAfter(now)
                ? switch (box.behaviour()) {
                  case "crash" -> box.ended(1);
                  case "job" -> box.ended(0);
                  default -> box;
                }
                : box);
  }

  void powerCut() {
    agentDead = true;
    boxes.replaceAll((id, box) -> box.running() ? box.cutOff() : box);
  }

  @Override
  public Future<Host> host() {
    return Future.succeededFuture(new Host("amd64", "Test 1", "4.3.1"));
  }

  @Override
  public Future<List<ObservedContainer>> observe() {
    return call("observe", () -> boxes.values().stream().map(box -> box.observed(now)).toList());
  }

  @Override
  public Future<String> provideImage(
      Service service, Delivery delivery, Runnable pulling, Future<Void> unwanted) {
    return call(
        "pull " + service.image(),
        () -> {
          if (!images.contains(service.image())) {
            pulling.run();
            if (registryAway || service.image().startsWith("missing")) {
              throw new RuntimeFailure("ImagePullFailed", "no " + service.image());
            }
            images.add(service.image());
          }
          return id(service.image());
        });
  }

  /** Of what its tag stands for now. */
  private String id(String image) {
    return "id-of-" + tags.getOrDefault(image, image);
  }

  @Override
  public Future<Void> renewImage(Service service, Delivery delivery, Future<Void> unwanted) {
    return call(
        "renew " + service.image(),
        () -> {
          if (registryAway) {
            throw new RuntimeFailure(RuntimeFailure.DAMAGED, "no other " + service.image());
          }
          if (boxes.values().stream().noneMatch(box -> box.service().equals(service))) {
            damagedImages.remove(service.image());
          }
          return null;
        });
  }

  @Override
  public Future<String> create(
      ServiceKey key, String name, Service service, String image, Delivery delivery) {
    return call(
        "create " + name + " " + image,
        () -> {
          if (boxes.values().stream().anyMatch(box -> box.name().equals(name))) {
            throw new RuntimeFailure("NameInUse", name);
          }
          var id = "c" + ++made;
          var imageId = image.equals(service.image()) ? id(image) : image;
          var box =
              new Box(
                  id, name, key, service, imageId, "created", Optional.empty(), Optional.empty());
          watch.before("create", box);
          boxes.put(id, box);
          return id;
        });
  }

  @Override
  public Future<Void> start(String container) {
    return change("start", container, this::started);
  }

  private Box started(Box box) {
    if (box.running()) {
      return box;
    }
    if (damagedBoxes.contains(box.id()) || damagedImages.contains(box.service().image())) {
      throw new RuntimeFailure(RuntimeFailure.DAMAGED, "layer not known");
    }
    if (box.behaviour().equals("broken")) {
      throw new RuntimeFailure("RuntimeError", "no such program");
    }
    if (of(box.key()).stream().anyMatch(Box::running)) {
      throw new RuntimeFailure("PortInUse", "address already in use");
    }
    return box.started(now);
  }

  @Override
  public Future<String> checkHealth(String container, Duration patience) {
    throw new UnsupportedOperationException("the played device looks by its own clock");
  }

  @Override
  public Future<Void> stop(String container, Duration patience) {
    return change("stop", container, box -> box.running() ? box.ended(137) : box);
  }

  @Override
  public Future<Void> rename(String container, String name) {
    return change(
        "rename",
        container,
        box -> {
          if (boxes.values().stream().anyMatch(other -> other.name().equals(name))) {
            throw new RuntimeFailure("NameInUse", name);
          }
          return box.named(name);
        });
  }

  @Override
  public Future<Void> remove(String container) {
    return call(
        "remove " + container,
        () -> {
          var box = boxes.get(container);
          if (box != null) {
            watch.before("remove", box);
            boxes.remove(container);
          }
          return null;
        });
  }

  @Override
  public Future<LockFile> lock(String deployment, Lock lock) {
    return Future.succeededFuture(
        locked.contains(deployment) ? new LockFile.There() : new LockFile.Absent());
  }

  @Override
  public Future<Void> removeLeftovers(Set<String> keptDeployments) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> collectImages(Set<String> wanted) {
    return Future.succeededFuture();
  }

  @Override
  public void watch(Runnable changed) {}

  private Future<Void> change(String verb, String container, Function<Box, Box> change) {
    return call(
        verb + " " + container,
        () -> {
          var box = boxes.get(container);
          if (box == null) {
            throw new RuntimeFailure("NotFound", container);
          }
          var changed = change.apply(box);
          watch.before(verb, box);
          boxes.put(container, changed);
          return null;
        });
  }

  private <T> Future<T> call(String call, Supplier<T> effect) {
    if (agentDead) {
      return Promise.<T>promise().future();
    }
    return switch (faults.apply(call)) {
      case NONE -> done(effect);
      case AWAY_BEFORE -> away();
      case AWAY_AFTER -> done(effect).compose(result -> away());
      case REFUSED -> Future.failedFuture(new RuntimeFailure("RuntimeError", "podman said no"));
      case DEATH_BEFORE -> dead();
      case DEATH_AFTER -> done(effect).transform(result -> dead());
    };
  }

  private static <T> Future<T> done(Supplier<T> effect) {
    try {
      return Future.succeededFuture(effect.get());
    } catch (RuntimeFailure e) {
      return Future.failedFuture(e);
    }
  }

  private static <T> Future<T> away() {
    return Future.failedFuture(new RuntimeFailure(RuntimeFailure.AWAY, "podman does not answer"));
  }

  private <T> Future<T> dead() {
    agentDead = true;
    return Promise.<T>promise().future();
  }
}
