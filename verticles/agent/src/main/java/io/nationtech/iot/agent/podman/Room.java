package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.DiskSpace;
import io.nationtech.iot.agent.plan.Garbage;
import io.nationtech.iot.agent.plan.StoredImage;
import io.nationtech.iot.agent.reconcile.RuntimeFailure;
import io.nationtech.iot.podman.Container;
import io.nationtech.iot.podman.Image;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Room for images: what does not fit is refused, and what nobody needs goes where it is scarce. */
final class Room {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Podman podman;
  private final Pulls pulls;
  private final GraphRoot disk;
  private final Needs needs;
  private final int percent;

  /** Names of images that are wanted; empty until they are known, and then nothing may go. */
  private Optional<Set<String>> wanted = Optional.empty();

  private Duration wait = SOON;
  private long notBeforeNanos = System.nanoTime();
  private boolean told;

  /** {@code percent}: how full the disk may be before images go. */
  Room(Podman podman, Pulls pulls, GraphRoot disk, int percent) {
    this.podman = podman;
    this.pulls = pulls;
    this.disk = disk;
    this.needs = new Needs(podman);
    this.percent = percent;
  }

  /** Fails with numbers where there is no room for this image, whatever goes. */
  Future<Void> forPull(String name, List<Image> here) {
    return disk.space()
        .compose(
            space ->
                space.isEmpty()
                    ? Future.succeededFuture()
                    : needs
                        .of(name, here, space.get())
                        .compose(need -> provide(need, space.get())));
  }

  private Future<Void> provide(Needs.Need need, DiskSpace space) {
    if (space.free() >= need.bytes()) {
      return Future.succeededFuture();
    }
    return free(need.bytes() - space.free(), space)
        .compose(freed -> disk.space())
        .compose(
            now ->
                now.filter(left -> left.free() < need.bytes()).isPresent()
                    ? Future.failedFuture(
                        new RuntimeFailure("DiskFull", need.refusal(now.get(), disk.path())))
                    : Future.succeededFuture());
  }

  /** Makes room where the disk is too full; {@code names} of images that stay whatever happens. */
  Future<Void> collect(Set<String> names) {
    wanted = Optional.of(names);
    return System.nanoTime() - notBeforeNanos < 0
        ? Future.succeededFuture()
        : disk.space()
            .compose(
                space ->
                    space
                        .filter(now -> now.above(percent) > 0)
                        .map(this::makeRoom)
                        .orElseGet(this::enough));
  }

  private Future<Void> enough() {
    wait = SOON;
    if (told) {
      told = false;
      log.info("the disk of podman's images is no more than {} % full again", percent);
    }
    return Future.succeededFuture();
  }

  /** Where nothing may go, it is asked later each time. */
  private Future<Void> makeRoom(DiskSpace space) {
    return free(space.above(percent), space)
        .onSuccess(
            freed -> {
              wait = freed > 0 ? SOON : longer(wait);
              notBeforeNanos = System.nanoTime() + wait.toNanos();
              if (freed == 0) {
                tell(space);
              }
            })
        .mapEmpty();
  }

  private static Duration longer(Duration wait) {
    var longer = wait.multipliedBy(2);
    return longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
  }

  private void tell(DiskSpace space) {
    if (!told) {
      told = true;
      log.warn(
          "the disk of podman's images ({}) is {} % full, and none is left that this agent pulled"
              + " and nobody needs: look with df -h and podman system df",
          disk.path(), space.percent());
    }
  }

  /** How many images went. */
  private Future<Integer> free(long bytes, DiskSpace space) {
    return wanted.isEmpty()
        ? Future.succeededFuture(0)
        : garbage(wanted.get()).compose(garbage -> remove(garbage.toFree(bytes), space));
  }

  private Future<Garbage> garbage(Set<String> names) {
    return Future.all(podman.images().list(), podman.list(Map.of()), ids(names))
        .compose(
            all -> {
              List<Image> images = all.resultAt(0);
              List<Container> containers = all.resultAt(1);
              Set<String> ids = all.resultAt(2);
              var stored = images.stream().map(Room::stored).toList();
              var here = stored.stream().map(StoredImage::id).collect(Collectors.toSet());
              var used = containers.stream().map(Container::imageId).collect(Collectors.toSet());
              return pulls
                  .are(pulls.now().here(here))
                  .map(known -> new Garbage(stored, pulls.now().images(), used, ids));
            });
  }

  /** With the names themselves: a short one is another to podman. */
  private Future<Set<String>> ids(Set<String> names) {
    var kept = new TreeSet<>(names);
    return Future.all(
            names.stream()
                .map(name -> podman.images().find(name).otherwise(Optional.empty()))
                .toList())
        .map(
            all -> {
              all.<Optional<Image>>list()
                  .forEach(image -> image.ifPresent(there -> kept.add(there.id())));
              return kept;
            });
  }

  private static StoredImage stored(Image image) {
    return new StoredImage(image.id(), image.names(), image.size());
  }

  private Future<Integer> remove(List<StoredImage> going, DiskSpace space) {
    var gone = Future.succeededFuture(0);
    for (var image : going) {
      gone = gone.compose(count -> remove(image, space).map(went -> went ? count + 1 : count));
    }
    return gone;
  }

  /** Never by force: podman refuses what a container needs, if one has come meanwhile. */
  private Future<Boolean> remove(StoredImage image, DiskSpace before) {
    return disk.space()
        .compose(
            space -> byNames(image).compose(gone -> disk.space()).map(now -> freed(space, now)))
        .map(
            bytes -> {
              log.info(
                  "removed image {}, which nobody needs any more, since the disk was {} % full:"
                      + " {} came free",
                  image.names().isEmpty()
                      ? image.id().substring(0, 12)
                      : String.join(", ", image.names()),
                  before.percent(),
                  Needs.megabytes(bytes));
              return true;
            })
        .otherwise(false);
  }

  private Future<Void> byNames(StoredImage image) {
    if (image.names().isEmpty()) {
      return podman.images().remove(image.id());
    }
    var gone = Future.<Void>succeededFuture();
    for (var name : image.names()) {
      gone = gone.compose(before -> podman.images().remove(name));
    }
    return gone;
  }

  private static long freed(Optional<DiskSpace> before, Optional<DiskSpace> after) {
    return before.isEmpty() || after.isEmpty()
        ? 0
        : Math.max(0, after.get().free() - before.get().free());
  }
}
