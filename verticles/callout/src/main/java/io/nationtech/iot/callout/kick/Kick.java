package io.nationtech.iot.callout.kick;

import io.nationtech.iot.nats.NatsConnection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Closes all connections of one name in one account, at every server of a cluster. */
public final class Kick {
  private static final long BETWEEN_LOOKS_MS = 1000;

  private final Vertx vertx;
  private final SystemAccount system;
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
    this.vertx = vertx;
    this.system = new SystemAccount(connection);
    this.account = account;
    this.name = name;
    this.said = said;
  }

  /** {@code watch}: for how long what comes back is closed again. */
  public Future<Outcome> close(Duration watch) {
    long until = System.nanoTime() + watch.toNanos();
    return system
        .servers()
        .compose(servers -> look(servers).compose(first -> again(servers, first, until)));
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
              var closed = Future.<Void>succeededFuture();
              for (var server : listed) {
                for (var open : server.connections()) {
                  closed = closed.compose(done -> close(server, open));
                }
              }
              return closed.map(done -> counted(listed, servers));
            });
  }

  private Future<Void> close(Listed server, Listed.Open open) {
    return system
        .close(server.server(), open.id())
        .onSuccess(
            done ->
                said.accept(
                    "closed connection %d of %s on %s, from %s, open since %s"
                        .formatted(
                            open.id(), name, server.serverName(), open.peer(), open.since())));
  }

  private Outcome counted(List<Listed> listed, int servers) {
    int closed = 0;
    int back = 0;
    for (var server : listed) {
      var first = firstLooks.putIfAbsent(server.server(), server.at());
      for (var open : server.connections()) {
        closed++;
        back += first != null && open.since().isAfter(first) ? 1 : 0;
      }
    }
    return new Outcome(closed, back, Math.max(0, servers - listed.size()));
  }
}
