package io.nationtech.iot.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.plan.Policy;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop itself, on a played podman. */
class LoopTest {
  private static final Loop.Habits HABITS =
      new Loop.Habits(
          new Policy(List.of(), List.of(), false, false), Optional::empty, Duration.ofMillis(20));

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void end() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aPassThatBreaksIsToldOnceAndTheLoopGoesOn() {
    var passes = new AtomicInteger();
    try (var journal = JournalLines.of("iot-agent")) {
      vertx.runOnContext(
          go ->
              new Loop(
                      vertx,
                      new PlayedPodman(),
                      memory -> {},
                      Memory.NONE,
                      new WallClock(InstantSource.system(), () -> true, ZoneOffset.UTC),
                      HABITS,
                      observation -> {
                        passes.incrementAndGet();
                        throw new IllegalStateException("a mistake");
                      })
                  .start());
      Awaitility.await().until(() -> passes.get() > 5);
      assertEquals(1, journal.count(Level.ERROR, "can't decide"));
    }
  }
}
