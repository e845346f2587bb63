package io.nationtech.iot.callout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An identity provider that signs whatever it is told to; no real one would. */
final class PlayedIssuer {
  final SigningKey key = SigningKey.rs256("first");
  final List<SigningKey> published = new CopyOnWriteArrayList<>(List.of(key));
  final AtomicInteger fetches = new AtomicInteger();
  private final HttpServer server;
  private volatile boolean away;

  PlayedIssuer(Vertx vertx) {
    server =
        Fixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      fetches.incrementAndGet();
                      request.response().setStatusCode(away ? 503 : 200).end(jwks());
                    })
                .listen(0, "127.0.0.1"));
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  void goAway(boolean gone) {
    away = gone;
  }

  /** A token of a device's service account. */
  String device(String name) {
    return device(name, claims -> {});
  }

  String device(String name, Consumer<ObjectNode> edit) {
    var claims = Claims.device(url(), name, Instant.now());
    edit.accept(claims);
    return key.sign(claims);
  }

  /** A token of somebody with this role. */
  String person(String subject, String role) {
    return key.sign(Claims.of(url(), subject, role, Instant.now()));
  }

  private String jwks() {
    var jwks = JsonNodeFactory.instance.objectNode();
    var keys = jwks.putArray("keys");
    published.forEach(one -> keys.add(one.jwk()));
    return jwks.toString();
  }
}
