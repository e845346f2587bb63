package io.nationtech.iot.callout.kick;

import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Closes all connections of one name in one account, at every server of a cluster. */
public final class Kick {
  private static final long BETWEEN_LOOKS_MS = 1000;

  private final Vertx vertx;
  private final Servers system;
  private final String account;
  private final String name;
  private final Consumer<String> said;
  private final Map<String, Instant> firstLooks = new HashMap<>();

  /**
   * @param connection of a user in the system account
   * @param name what the callout called the connection: a device's id or a person's subject
   * @param said gets a line for each connection that was closed
   */
  public Kick(
      Vertx vertx, NatsConnection connection, String account, String name, Consumer<String> said) {
    this(vertx, new SystemAccount(connection), account, name, said);
  }

  Kick(Vertx vertx, Servers system, String account, String name, Consumer<String> said) {
    this.vertx = vertx;
    this.system = system;
    this.account = account;
    this.name = name;
    this.said = said;
  }

  /**
   * Fails where no server knows the account.
   *
   * @param watch for how long what comes back is closed again
   */
  public Future<Outcome> close(Duration watch) {
    long until = System.nanoTime() + watch.toNanos();
    return system
        .count()
        .compose(
            servers ->
                look(servers)
                    .compose(first -> again(servers, first, until))
                    .compose(outcome -> believed(servers, outcome)));
  }

  /** A list of connections is empty too where there is no such account. */
  private Future<Outcome> believed(int servers, Outcome outcome) {
    if (outcome.closed() > 0 || outcome.silent() > 0) {
      return Future.succeededFuture(outcome);
    }
    return system
        .know(account, servers)
        .compose(
            known ->
                known
                    ? Future.succeededFuture(outcome)
                    : Future.failedFuture(
                        new NatsException(
                            "no server knows account "
                                + account
                                + ": in operator mode it is a public key, A...")));
  }

  private Future<Outcome> again(int servers, Outcome soFar, long until) {
    if (soFar.closed() == 0 || System.nanoTime() >= until) {
      return Future.succeededFuture(soFar);
    }
    return vertx
        .timer(BETWEEN_LOOKS_MS)
        .compose(waited -> look(servers))
        .compose(found -> again(servers, soFar.and(found), until));
  }

  private Future<Outcome> look(int servers) {
    return system
        .connections(account, name, servers)
        .compose(
            listed -> {
              var none = new Outcome(0, 0, Math.max(0, servers - listed.size()));
              var all = Future.succeededFuture(none);
              for (var server : listed) {
                all = all.compose(soFar -> closeAll(server).map(soFar::with));
              }
              return all;
            });
  }

  /** One that can't be closed is no reason to leave the others open. */
  private Future<Outcome> closeAll(Listed server) {
    var first = firstLooks.putIfAbsent(server.server(), server.at());
    var all = Future.succeededFuture(new Outcome(0, 0, 0));
    for (var open : server.connections()) {
      boolean back = first != null && open.since().isAfter(first);
      all =
          all.compose(
              soFar ->
                  close(server, open)
                      .map(closed -> closed ? soFar.closed(back) : soFar.unanswered()));
    }
    return all;
  }

  private Future<Boolean> close(Listed server, Listed.Open open) {
    var which = "connection %d of %s on %s".formatted(open.id(), name, server.serverName());
    return system
        .close(server.server(), open.id())
        .map(true)
        .onSuccess(
            closed ->
                said.accept(
                    "closed %s, from %s, open since %s"
                        .formatted(which, open.peer(), open.since())))
        .recover(
            e -> {
              said.accept("%s was not closed: %s".formatted(which, e.getMessage()));
              return Future.succeededFuture(false);
            });
  }
}
