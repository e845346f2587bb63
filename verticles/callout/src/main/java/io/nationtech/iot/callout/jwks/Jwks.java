package io.nationtech.iot.callout.jwks;

import io.nationtech.iot.callout.token.KeySet;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** A JWKS document. */
final class Jwks {
  private static final int MOST = 100;

  private Jwks() {}

  /** The usable keys of a document, empty where there is none: such a set never replaces one. */
  static Optional<KeySet> parse(Vertx vertx, String text, KeySet before) {
    try {
      if (!(new JsonObject(text).getValue("keys") instanceof JsonArray keys)) {
        return Optional.empty();
      }
      List<JsonObject> jwks =
          keys.stream()
              .limit(MOST)
              .filter(JsonObject.class::isInstance)
              .map(JsonObject.class::cast)
              .toList();
      return Optional.of(KeySet.of(vertx, jwks, before)).filter(set -> !set.isEmpty());
    } catch (DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }
}
