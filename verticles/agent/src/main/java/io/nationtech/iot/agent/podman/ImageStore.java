package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.reconcile.Delivery;
import io.nationtech.iot.agent.reconcile.RuntimeFailure;
import io.nationtech.iot.codec.PodmanV0.PullPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.podman.Image;
import io.nationtech.iot.podman.Images;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.RegistryLogin;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Has images here: pulls them where they fit, and trusts none whose pull was cut off. */
final class ImageStore {
  private final Images images;
  private final Pulls pulls;
  private final Room room;
  private final InstantSource clock;

  ImageStore(Podman podman, Pulls pulls, Room room, InstantSource clock) {
    this.images = podman.images();
    this.pulls = pulls;
    this.room = room;
    this.clock = clock;
  }

  /** Gives the image's id. */
  Future<String> provide(
      Service service, Delivery delivery, Runnable pulling, Future<Void> unwanted) {
    var name = service.image();
    var policy = service.pullPolicy().orElse(PullPolicy.IfNotPresent);
    return policy == PullPolicy.Always
        ? pull(name, delivery, pulling, unwanted)
        : images
            .find(name)
            .compose(
                image ->
                    image.isPresent()
                        ? finish(name, image.get().id(), delivery, pulling, unwanted)
                        : policy == PullPolicy.Never
                            ? Future.failedFuture(absent(name))
                            : pull(name, delivery, pulling, unwanted));
  }

  private static RuntimeFailure absent(String name) {
    return new RuntimeFailure(
        "ImageNotPresent", "image " + name + " is not here, and pullPolicy is Never");
  }

  /**
   * Where the power was lost over a pull, files of the image may be empty though podman knows them;
   * without its registry that is better than nothing.
   */
  private Future<String> finish(
      String name, String id, Delivery delivery, Runnable pulling, Future<Void> unwanted) {
    return pulls.now().unfinished().contains(name)
        ? images
            .inRegistry(name)
            .transform(
                there ->
                    there.succeeded()
                        ? anew(name, delivery, pulling, unwanted)
                        : Future.succeededFuture(id))
        : Future.succeededFuture(id);
  }

  /** Has it anew, since what is here is damaged; nothing goes before its registry answered. */
  Future<Void> renew(String name, Delivery delivery, Future<Void> unwanted) {
    return images
        .inRegistry(name)
        .recover(
            e ->
                Future.failedFuture(
                    new RuntimeFailure(
                        RuntimeFailure.DAMAGED,
                        "what is here of image %s is damaged, and another can't be had: %s"
                            .formatted(name, e.getMessage()))))
        .compose(there -> anew(name, delivery, () -> {}, unwanted))
        .mapEmpty();
  }

  /** A layer that is known by its name is not pulled again; what a container uses stays. */
  private Future<String> anew(
      String name, Delivery delivery, Runnable pulling, Future<Void> unwanted) {
    return images
        .remove(name)
        .otherwiseEmpty()
        .compose(gone -> pull(name, delivery, pulling, unwanted));
  }

  private Future<String> pull(
      String name, Delivery delivery, Runnable pulling, Future<Void> unwanted) {
    pulling.run();
    return images
        .list()
        .compose(
            here ->
                room.forPull(name, here)
                    .compose(fits -> pulls.are(pulls.now().begun(name)))
                    .compose(begun -> login(delivery))
                    .compose(login -> images.pull(name, login, line -> {}, unwanted))
                    .onFailure(e -> pulls.are(pulls.now().failed(name)))
                    .compose(id -> pulled(name, id, here)));
  }

  private static Future<Optional<RegistryLogin>> login(Delivery delivery) {
    return delivery
        .login()
        .map(login -> login.map(one -> new RegistryLogin(one.username(), one.password())));
  }

  private Future<String> pulled(String name, String id, List<Image> before) {
    boolean ours = before.stream().noneMatch(image -> image.id().equals(id));
    return pulls
        .settled()
        .compose(settled -> pulls.are(pulls.now().finished(name, id, ours, clock.instant())))
        .map(done -> id);
  }
}
