package io.nationtech.iot.callout.kick;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.nats.NatsException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a kick does where a server answers, but not to everything. */
class KickClosesTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final Played servers = new Played();
  private final List<String> said = new ArrayList<>();

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void oneCloseThatFailsLeavesNoOtherOpen() {
    servers.listed = List.of(listed("S1", 1, 2, 3), listed("S2", 4));
    servers.failing = List.of(1L, 3L);
    assertEquals(new Outcome(2, 0, 1), kick());
    assertEquals(List.of(1L, 2L, 3L, 4L), servers.asked);
    assertEquals("connection 1 of pi-1 on name-S1 was not closed: no answer", said.getFirst());
    assertTrue(said.get(1).startsWith("closed connection 2 of pi-1 on name-S1"), said.toString());
  }

  @Test
  void aServerThatListsNothingAndOneThatDoesNotCloseAreTwo() {
    servers.listed = List.of(listed("S1", 1));
    servers.failing = List.of(1L);
    assertEquals(new Outcome(0, 0, 2), kick());
  }

  @Test
  void nobodyThereIsBelievedOnlyWhereTheAccountIsKnown() {
    servers.listed = List.of(listed("S1"), listed("S2"));
    assertEquals(new Outcome(0, 0, 0), kick());
    servers.known = false;
    var failure = assertThrows(CompletionException.class, this::kick);
    assertTrue(failure.toString().contains("no server knows account DEV"));
  }

  private Outcome kick() {
    return new Kick(VERTX, servers, "DEV", "pi-1", said::add)
        .close(Duration.ZERO)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private static Listed listed(String server, long... ids) {
    var open = new ArrayList<Listed.Open>();
    for (long id : ids) {
      open.add(new Listed.Open(id, "10.0.0.1:1", NOW));
    }
    return new Listed(server, "name-" + server, NOW, open);
  }

  private static final class Played implements Servers {
    private final List<Long> asked = new ArrayList<>();
    private List<Listed> listed = List.of();
    private List<Long> failing = List.of();
    private boolean known = true;

    @Override
    public Future<Integer> count() {
      return Future.succeededFuture(2);
    }

    @Override
    public Future<List<Listed>> connections(String account, String name, int servers) {
      return Future.succeededFuture(listed);
    }

    @Override
    public Future<Void> close(String server, long connectionId) {
      asked.add(connectionId);
      return failing.contains(connectionId)
          ? Future.failedFuture(new NatsException("no answer"))
          : Future.succeededFuture();
    }

    @Override
    public Future<Boolean> know(String account, int servers) {
      return Future.succeededFuture(known);
    }
  }
}
