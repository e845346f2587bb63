package io.nationtech.iot.callout.token;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The usable keys of one issuer; belongs to one context, as all of a decision does.
 *
 * <p>vertx-auth-jwt without any key takes unsigned tokens, and with a symmetric one it takes HS256:
 * so it is asked only about keys of three kinds, and only where there is one.
 */
public final class KeySet {
  /** Algorithm by the kind of key it needs. */
  private static final Map<String, String> KINDS =
      Map.of("RS256", "RSA", "ES256", "EC", "EdDSA", "OKP");

  public static final KeySet EMPTY = new KeySet(Map.of());

  /** Dies with the key: a token of one that was taken away was never checked. */
  private record Key(JsonObject jwk, JWTAuth verifier, CheckedTokens checked) {
    String algorithm() {
      return jwk.getString("alg");
    }
  }

  private final Map<String, Key> byId;

  private KeySet(Map<String, Key> byId) {
    this.byId = byId;
  }

  /**
   * Of JWKs; what can't be used to verify is left out. A key that {@code before} holds too goes on,
   * with the tokens that it checked.
   */
  public static KeySet of(Vertx vertx, List<JsonObject> jwks, KeySet before) {
    return new KeySet(
        jwks.stream()
            .flatMap(jwk -> usable(jwk).stream())
            .collect(
                Collectors.toMap(
                    jwk -> jwk.getString("kid"),
                    jwk -> before.key(vertx, jwk),
                    (first, again) -> first)));
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  /** How many tokens are known again. */
  int remembered() {
    return byId.values().stream().mapToInt(key -> key.checked().size()).sum();
  }

  boolean has(String keyId) {
    return byId.containsKey(keyId);
  }

  /** Whether {@code token} was signed by the key {@code keyId} with {@code algorithm}. */
  Future<Boolean> signed(String token, String keyId, String algorithm) {
    var key = byId.get(keyId);
    if (key == null || !key.algorithm().equals(algorithm)) {
      return Future.succeededFuture(false);
    }
    if (key.checked().contains(token)) {
      return Future.succeededFuture(true);
    }
    return key.verifier()
        .authenticate(new TokenCredentials(token))
        .map(true)
        .otherwise(false)
        .onSuccess(
            signed -> {
              if (signed) {
                key.checked().add(token);
              }
            });
  }

  static boolean knows(String algorithm) {
    return KINDS.containsKey(algorithm);
  }

  /** Only what is public is kept: a provider's mistake must not make us hold its private key. */
  private static Optional<JsonObject> usable(JsonObject jwk) {
    var algorithm = text(jwk, "alg").orElseGet(() -> implied(jwk));
    if (!text(jwk, "kty").equals(Optional.ofNullable(KINDS.get(algorithm)))
        || text(jwk, "kid").isEmpty()
        || !text(jwk, "use").orElse("sig").equals("sig")) {
      return Optional.empty();
    }
    var kept = new JsonObject().put("alg", algorithm);
    for (var name : List.of("kty", "kid", "use", "n", "e", "crv", "x", "y")) {
      text(jwk, name).ifPresent(value -> kept.put(name, value));
    }
    return Optional.of(kept).filter(KeySet::parses);
  }

  private static String implied(JsonObject jwk) {
    return switch (text(jwk, "kty").orElse("")) {
      case "RSA" -> "RS256";
      case "EC" -> "ES256";
      case "OKP" -> "EdDSA";
      default -> "";
    };
  }

  /** vertx-auth-jwt only logs a key that it can't read, and then has none. */
  private static boolean parses(JsonObject jwk) {
    try {
      return new io.vertx.ext.auth.impl.jose.JWK(jwk).publicKey() != null;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private Key key(Vertx vertx, JsonObject jwk) {
    var same = byId.get(jwk.getString("kid"));
    if (same != null && same.jwk().equals(jwk)) {
      return same;
    }
    // Times are the decision's, by its own clock.
    var options =
        new JWTAuthOptions().addJwk(jwk).setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    return new Key(jwk, JWTAuth.create(vertx, options), new CheckedTokens());
  }

  private static Optional<String> text(JsonObject jwk, String name) {
    return jwk.getValue(name) instanceof String value ? Optional.of(value) : Optional.empty();
  }
}
