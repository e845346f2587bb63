package io.nationtech.iot.agent.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.nats.ConnectionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TidingsTest {
  private static final ConnectionState THERE = new ConnectionState.Connected("nats://here");
  private static final ConnectionState BROKEN =
      new ConnectionState.Disconnected("the connection broke");
  private static final ConnectionState REFUSED =
      new ConnectionState.Disconnected("'Authorization Violation'");

  private final Tidings tidings = new Tidings();
  private final List<String> lines = new ArrayList<>();
  private long now = -5;

  @Test
  void aLossAndAReturnAreSaidOnceHoweverManyTriesFail() {
    heard(THERE, BROKEN, BROKEN, BROKEN, THERE);
    said("connected to NATS at nats://here", "NATS is away (the connection broke)", "connected");
  }

  @Test
  void whoIsTakenOutOfServiceIsToldSoAndWhomToAsk() {
    heard(THERE, BROKEN, REFUSED, REFUSED, REFUSED, REFUSED);
    said("connected", "NATS is away", "NATS refuses this device ('Authorization Violation')");
    assertTrue(lines.getLast().contains("ask who looks after the fleet"), lines.getLast());
    heard(THERE);
    said("connected", "NATS is away", "NATS refuses", "connected");
  }

  @Test
  void aServerInHasteHasRefusedNobody() {
    heard(THERE, BROKEN, REFUSED, REFUSED, BROKEN, REFUSED, REFUSED, THERE);
    said("connected", "NATS is away", "connected");
  }

  @Test
  void whoIsKickedAndLetInEverySecondSaysSoOnceUntilItStays() {
    for (int kick = 0; kick < 100; kick++) {
      heard(THERE);
      after(Duration.ofSeconds(1));
      heard(BROKEN);
    }
    said("connected", "NATS is away", "connected", "NATS is away", "connected", "NATS lets this");
    heard(THERE);
    after(Duration.ofSeconds(59));
    assertEquals(6, lines.size(), lines::toString);
    after(Duration.ofSeconds(1));
    after(Duration.ofSeconds(1));
    assertEquals(7, lines.size(), lines::toString);
    assertEquals("connected to NATS for a minute now, at nats://here", lines.getLast());
    heard(BROKEN, THERE);
    assertEquals(9, lines.size(), lines::toString);
  }

  private void heard(ConnectionState... states) {
    for (var state : states) {
      tidings.of(state, now).ifPresent(line -> lines.add(line.text()));
    }
  }

  private void after(Duration time) {
    now += time.toNanos();
    tidings.passed(now).ifPresent(line -> lines.add(line.text()));
  }

  private void said(String... starts) {
    assertEquals(starts.length, lines.size(), lines::toString);
    for (int i = 0; i < starts.length; i++) {
      assertTrue(lines.get(i).startsWith(starts[i]), lines.get(i));
    }
  }
}
