package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Registry;
import io.nationtech.iot.codec.PodmanV0.Secret;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Looks up what the desired document refers to. */
final class Deliveries {
  private final Secrets secrets;
  private final Supplier<Optional<DesiredDocument>> desired;

  Deliveries(Secrets secrets, Supplier<Optional<DesiredDocument>> desired) {
    this.secrets = secrets;
    this.desired = desired;
  }

  Delivery of(ServiceKey key, Service service) {
    return new Delivery() {
      @Override
      public Future<Optional<Login>> login() {
        return registry(key, service)
            .map(registry -> asUser(key, registry).map(Optional::of))
            .orElseGet(() -> Future.succeededFuture(Optional.empty()));
      }

      @Override
      public Future<Map<String, String>> values() {
        return Deliveries.this.values(key, service);
      }
    };
  }

  private Optional<Registry> registry(ServiceKey key, Service service) {
    return desired
        .get()
        .map(document -> document.deployments().get(key.deployment()))
        .filter(deployment -> deployment.score() instanceof PodmanV0)
        .flatMap(deployment -> ((PodmanV0) deployment.score()).registry(service.image()));
  }

  private Future<Delivery.Login> asUser(ServiceKey key, Registry registry) {
    return secrets
        .read(place(key), registry.path())
        .map(
            values ->
                new Delivery.Login(
                    value(values, registry.path(), registry.usernameKey()),
                    value(values, registry.path(), registry.passwordKey())));
  }

  private Future<Map<String, String>> values(ServiceKey key, Service service) {
    var read = new TreeMap<String, Future<Secrets.Values>>();
    for (var secret : service.secrets()) {
      read.computeIfAbsent(secret.path(), path -> secrets.read(place(key), path));
    }
    return Future.all(List.copyOf(read.values()))
        .map(
            all -> {
              var values = new TreeMap<String, String>();
              for (var secret : service.secrets()) {
                values.put(secret.name(), value(secret, read));
              }
              return values;
            });
  }

  private static String value(Secret secret, Map<String, Future<Secrets.Values>> read) {
    var values = Objects.requireNonNull(read.get(secret.path())).result();
    return value(values, secret.path(), secret.key());
  }

  private static String value(Secrets.Values values, String path, String key) {
    var value = values.byKey().get(key);
    if (value == null) {
      throw new RuntimeFailure(
          "SecretNotFound", "the secret at '%s' has no key '%s'".formatted(path, key));
    }
    return value;
  }

  private Secrets.Place place(ServiceKey key) {
    return new Secrets.Place(
        desired.get().map(DesiredDocument::owner).orElse(""), key.deployment());
  }
}
