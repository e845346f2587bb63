package io.nationtech.iot.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.operator.status.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Removals that nobody asked for: all of them go, or none. */
class BrakeTest {
  private final OneContext context = new OneContext();
  private final List<String> again = new ArrayList<>();
  private final Brake brake = brake(false);
  private int devices = 20;
  private boolean settled = true;

  private Brake brake(boolean off) {
    return context.call(
        () -> new Brake(context.vertx, off, () -> devices, () -> settled, again::add));
  }

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void aFewWaitUntilAllWereLookedAtAndThenGo() {
    hold("a", "b");
    assertEquals(Optional.empty(), context.call(brake::verdict));
    context.until(() -> again.size() == 2);
    context.run(
        () -> {
          assertFalse(brake.holds("a"));
          brake.release("a");
          assertTrue(brake.holds("a"), "the next removal is another one");
        });
  }

  @Test
  void nothingIsJudgedBeforeAllWereLookedAt() {
    context.run(() -> settled = false);
    hold("a");
    // Its timer was set later: by then the first would have judged.
    var later = new ArrayList<String>();
    context.run(() -> context.vertx.setTimer(1500, go -> later.add("later")));
    context.until(() -> !later.isEmpty());
    assertEquals(List.of(), context.call(() -> List.copyOf(again)));
    context.run(() -> settled = true);
    context.until(() -> again.equals(List.of("a")));
  }

  @Test
  void tooManyAreStoppedAndSayHowMany() {
    hold("a", "b", "c", "d", "e", "f");
    context.until(() -> again.size() == 6);
    assertEquals(Optional.of(new Standing.Stopped(6, 20)), context.call(brake::verdict));
    context.run(() -> assertTrue(brake.holds("a")));
  }

  @Test
  void theRestGoesWhenItIsNoLongerTooMany() {
    hold("a", "b", "c", "d", "e", "f");
    context.until(() -> again.size() == 6);
    context.run(
        () -> {
          again.clear();
          brake.release("f");
        });
    context.until(() -> again.size() == 5);
    context.run(() -> assertFalse(brake.holds("a")));
    assertEquals(Optional.empty(), context.call(brake::verdict));
  }

  @Test
  void aPersonWhoMeansItIsNotStopped() {
    var off = brake(true);
    for (var device : new String[] {"a", "b", "c", "d", "e", "f", "g"}) {
      assertFalse(context.call(() -> off.holds(device)));
    }
  }

  private void hold(String... all) {
    for (var device : all) {
      assertTrue(context.call(() -> brake.holds(device)));
    }
  }
}
