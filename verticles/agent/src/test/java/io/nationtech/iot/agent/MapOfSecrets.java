package io.nationtech.iot.agent;

import io.nationtech.iot.agent.reconcile.RuntimeFailure;
import io.nationtech.iot.agent.reconcile.Secrets;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Secrets by {@code <deployment>/<path>}, until they are {@link #away}. */
final class MapOfSecrets implements Secrets {
  volatile Map<String, Map<String, String>> secrets;
  volatile boolean away;

  MapOfSecrets(Map<String, Map<String, String>> secrets) {
    this.secrets = secrets;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public Future<Values> read(Place place, String path) {
    if (away) {
      return Future.failedFuture(
          new RuntimeFailure("SecretsUnavailable", "nobody answers for secret '" + path + "'"));
    }
    var values = secrets.get(place.deployment() + "/" + path);
    return values == null
        ? Future.failedFuture(new RuntimeFailure("SecretNotFound", "no secret '" + path + "'"))
        : Future.succeededFuture(new Values(values));
  }
}
