package io.nationtech.iot.agent.reconcile;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/**
 * What a service needs that stands in no document. A runtime asks only when it comes to need it:
 * what is here already starts while nobody answers.
 */
public interface Delivery {
  Delivery NONE =
      new Delivery() {
        @Override
        public Future<Optional<Login>> login() {
          return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Map<String, String>> values() {
          return Future.succeededFuture(Map.of());
        }
      };

  /** Who to be for the registry of the service's image; empty where it is not told. */
  Future<Optional<Login>> login();

  /** The values of the service's secrets, by the secrets' names. */
  Future<Map<String, String>> values();

  /** A user of a registry. */
  record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login[]";
    }
  }
}
