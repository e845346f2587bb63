package io.nationtech.iot.agent.reconcile;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Where the values of secrets come from. */
public interface Secrets {
  Secrets NONE = () -> Optional.of("this agent can't fetch secrets yet");

  /** Why none can be had on this device, in words; empty where they can. */
  Optional<String> missing();

  /**
   * One secret, as it is now; comes on the caller's context. Fails with a {@link RuntimeFailure}:
   * {@code SecretsUnavailable} where nobody answers, {@code SecretNotFound}, {@code SecretDenied};
   * its message holds no value.
   */
  default Future<Values> read(Place place, String path) {
    return Future.failedFuture(new RuntimeFailure("SecretsUnavailable", missing().orElse("")));
  }

  /**
   * What a path is relative to.
   *
   * @param owner {@code <cluster>/<namespace>}, as in the desired document
   */
  record Place(String owner, String deployment) {}

  /** The keys of one secret and what they hold, text. */
  record Values(Map<String, String> byKey) {
    @Override
    public String toString() {
      return "Values" + byKey.keySet();
    }
  }
}
