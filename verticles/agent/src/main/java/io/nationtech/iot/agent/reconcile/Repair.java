package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what a power cut took out of the runtime's storage. A container that can't be started any
 * more is made anew, and so is its image where that is damaged; nothing that runs and no named
 * volume is touched.
 */
final class Repair {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");
  private static final int MOST_IMAGES = 3;
  private static final int BRIEF = 300;

  private final ContainerRuntime runtime;
  private final BiFunction<ServiceKey, Service, Delivery> deliveries;
  private final BiFunction<ServiceKey, Service, Future<Void>> renewImage;
  private final Set<ServiceKey> told = new HashSet<>();

  /** By image, how often it was had anew and was no good. */
  private final Map<String, Integer> renewed = new TreeMap<>();

  /** By image, the repair under way: an image that another container uses can't be had anew. */
  private final Map<String, Future<Void>> last = new HashMap<>();

  Repair(
      ContainerRuntime runtime,
      BiFunction<ServiceKey, Service, Delivery> deliveries,
      BiFunction<ServiceKey, Service, Future<Void>> renewImage) {
    this.runtime = runtime;
    this.deliveries = deliveries;
    this.renewImage = renewImage;
  }

  /** Starts a container, or another one of its name where this one is damaged. */
  Future<Void> start(ServiceKey key, String name, String container, Service service, String image) {
    return runtime
        .start(container)
        .recover(
            e -> RuntimeFailure.isDamage(e) ? anew(key, name, container, service, image, e) : no(e))
        .onSuccess(started -> mended(key, service));
  }

  /**
   * Makes a container and gives its id, of an image had anew where the one that is here is damaged.
   *
   * @param image the service's own, or an id: then no other will do, and its tag may have moved
   */
  Future<String> create(ServiceKey key, String name, Service service, String image) {
    return make(key, name, service, image)
        .recover(
            e ->
                RuntimeFailure.isDamage(e)
                    ? image(key, service, e).compose(there -> make(key, name, service, image))
                    : no(e));
  }

  private Future<String> make(ServiceKey key, String name, Service service, String image) {
    return runtime.create(key, name, service, image, deliveries.apply(key, service));
  }

  /** Has the image anew, though not again and again; {@code e}: how its damage was found. */
  Future<Void> image(ServiceKey key, Service service, Throwable e) {
    tell(key, e, "getting its image anew");
    int before = renewed.getOrDefault(service.image(), 0);
    return before < MOST_IMAGES
        ? renewImage
            .apply(key, service)
            .onSuccess(there -> renewed.put(service.image(), before + 1))
        : Future.failedFuture(
            new RuntimeFailure(
                RuntimeFailure.DAMAGED,
                "podman's storage is damaged, and image %s was pulled anew %d times in vain: %s"
                    .formatted(service.image(), before, brief(e))));
  }

  private Future<Void> anew(
      ServiceKey key, String name, String damaged, Service service, String image, Throwable e) {
    var mended =
        last.getOrDefault(service.image(), Future.succeededFuture())
            .transform(
                before -> {
                  tell(key, e, "making its container anew, named volumes stay as they are");
                  return runtime.remove(damaged);
                })
            .compose(gone -> create(key, name, service, image))
            .compose(made -> startOrRemove(made))
            .recover(
                still ->
                    RuntimeFailure.isDamage(still)
                        ? image(key, service, still)
                            .compose(there -> make(key, name, service, image))
                            .compose(made -> startOrRemove(made))
                        : no(still));
    last.put(service.image(), mended);
    return mended;
  }

  /** One that is damaged from the start would keep its image from being had anew. */
  private Future<Void> startOrRemove(String made) {
    return runtime
        .start(made)
        .recover(
            e ->
                RuntimeFailure.isDamage(e) ? runtime.remove(made).transform(gone -> no(e)) : no(e));
  }

  private void tell(ServiceKey key, Throwable e, String what) {
    if (told.add(key)) {
      log.warn("{}: podman's storage is damaged, {}: {}", key, what, brief(e));
    }
  }

  private void mended(ServiceKey key, Service service) {
    if (told.remove(key)) {
      renewed.remove(service.image());
      log.info("{}: runs, podman's storage is mended as far as it needs it", key);
    }
  }

  private static String brief(Throwable e) {
    var message = String.valueOf(e.getMessage());
    return message.length() <= BRIEF ? message : message.substring(0, BRIEF) + "...";
  }

  private static <T> Future<T> no(Throwable e) {
    return Future.failedFuture(e);
  }
}
