package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.Delivery;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0.Secret;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.Image;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.SecretStore.Stored;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The values of services' secrets as podman keeps them. Each container gets its own, so that one
 * that is gone back to has what it was proven with, and starts again without anybody's answer.
 */
final class DeliveredSecrets {
  private final Podman podman;
  private final DeviceId device;

  DeliveredSecrets(Podman podman, DeviceId device) {
    this.podman = podman;
    this.device = device;
  }

  /**
   * What a container is to be given.
   *
   * @param names what podman calls each secret, by the name it has in the service
   * @param user who the container runs as; empty for root
   */
  record Given(Map<String, String> names, String user) {
    static final Given NOTHING = new Given(Map.of(), "");
  }

  Future<Given> provide(ServiceKey key, Service service, Delivery delivery) {
    if (service.secrets().isEmpty()) {
      return Future.succeededFuture(Given.NOTHING);
    }
    return podman
        .secrets()
        .list()
        .compose(
            stored ->
                delivery
                    .values()
                    .transform(
                        values ->
                            values.succeeded()
                                ? store(key, service, values.result(), stored)
                                : earlier(key, service, stored)
                                    .map(Future::succeededFuture)
                                    .orElse(Future.failedFuture(values.cause()))))
        .compose(names -> user(service).map(user -> new Given(names, user)));
  }

  private Future<Map<String, String>> store(
      ServiceKey key, Service service, Map<String, String> values, List<Stored> stored) {
    var names = new TreeMap<String, String>();
    var done = new ArrayList<Future<Void>>();
    for (var secret : service.secrets()) {
      int n = newest(key, secret.name(), stored).map(DeliveredSecrets::number).orElse(0) + 1;
      var name = Wire.secretName(key.deployment(), key.service(), secret.name(), n);
      names.put(secret.name(), name);
      done.add(
          podman
              .secrets()
              .create(name, marks(key, secret), values.getOrDefault(secret.name(), "")));
    }
    return Future.all(done).map(names);
  }

  /** All of them or none: half of a new version's secrets is no version's. */
  private static Optional<Map<String, String>> earlier(
      ServiceKey key, Service service, List<Stored> stored) {
    var names = new TreeMap<String, String>();
    for (var secret : service.secrets()) {
      newest(key, secret.name(), stored)
          .filter(one -> origin(secret).equals(one.marks().get(Wire.LABEL_SECRET)))
          .ifPresent(one -> names.put(secret.name(), one.name()));
    }
    return Optional.<Map<String, String>>of(names)
        .filter(found -> found.size() == service.secrets().size());
  }

  private Map<String, String> marks(ServiceKey key, Secret secret) {
    return Map.of(
        Wire.LABEL_DEVICE,
        device.value(),
        Wire.LABEL_DEPLOYMENT,
        key.deployment(),
        Wire.LABEL_SECRET,
        origin(secret));
  }

  private static String origin(Secret secret) {
    return secret.path() + "#" + secret.key();
  }

  private Future<String> user(Service service) {
    return service
        .process()
        .user()
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                podman
                    .images()
                    .find(service.image())
                    .map(image -> image.map(Image::user).orElse("")));
  }

  /**
   * Removes what no container has, where its deployment is not kept or it was fetched again since;
   * the last one stays, for a container that has to be made again while nobody answers.
   */
  Future<Void> removeLeftovers(Predicate<String> kept) {
    return podman
        .secrets()
        .list()
        .compose(
            stored ->
                podman
                    .list(Map.of(Wire.LABEL_DEVICE, device.value()))
                    .map(
                        containers -> {
                          var used = new HashSet<String>();
                          containers.forEach(one -> used.addAll(of(one.labels())));
                          return used;
                        })
                    .compose(used -> remove(leftovers(stored, used, kept))));
  }

  private Future<Void> remove(List<Stored> leftovers) {
    return Future.all(leftovers.stream().map(one -> podman.secrets().remove(one.name())).toList())
        .mapEmpty();
  }

  private List<Stored> leftovers(List<Stored> stored, Set<String> used, Predicate<String> kept) {
    return stored.stream()
        .filter(one -> device.value().equals(one.marks().get(Wire.LABEL_DEVICE)))
        .filter(one -> !used.contains(one.name()))
        .filter(
            one ->
                !kept.test(one.marks().getOrDefault(Wire.LABEL_DEPLOYMENT, ""))
                    || !newest(series(one), stored).filter(one::equals).isPresent())
        .toList();
  }

  private static Set<String> of(Map<String, String> labels) {
    return Set.of(labels.getOrDefault(Wire.LABEL_SECRETS, "").split(",", -1));
  }

  private static Optional<Stored> newest(ServiceKey key, String secret, List<Stored> stored) {
    return newest(series(Wire.secretName(key.deployment(), key.service(), secret, 0)), stored);
  }

  private static Optional<Stored> newest(String series, List<Stored> stored) {
    return stored.stream()
        .filter(one -> series(one).equals(series))
        .max(Comparator.comparing(DeliveredSecrets::number));
  }

  private static String series(Stored one) {
    return number(one) == 0 ? "" : series(one.name());
  }

  private static String series(String name) {
    return name.substring(0, name.lastIndexOf('.') + 1);
  }

  /** 0 where it is somebody's own. */
  private static int number(Stored one) {
    var end = one.name().substring(one.name().lastIndexOf('.') + 1);
    return end.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(end) : 0;
  }
}
