package io.nationtech.iot.callout.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who is next where more ask than can be answered. */
class WaitingTest {
  private static final int PATIENCE = 1_000;

  @Test
  void theNewestIsNext() {
    var waiting = new Waiting<Integer>(10);
    waiting.push(1);
    waiting.push(2);
    assertEquals(Optional.of(2), waiting.pop());
    waiting.push(3);
    assertEquals(Optional.of(3), waiting.pop());
    assertEquals(Optional.of(1), waiting.pop());
    assertEquals(Optional.empty(), waiting.pop());
  }

  @Test
  void whereTooManyWaitTheOldestIsLetGo() {
    var waiting = new Waiting<Integer>(2);
    assertEquals(Optional.empty(), waiting.push(1));
    assertEquals(Optional.empty(), waiting.push(2));
    assertEquals(Optional.of(1), waiting.push(3));
    assertEquals(List.of(3, 2), drained(waiting));
  }

  @Test
  void underTwiceTheLoadNearlyEveryAnswerIsInTime() {
    var waiting = new Waiting<Integer>(10_000);
    int inTime = 0;
    for (int tick = 0; tick < 20_000; tick++) {
      waiting.push(tick);
      if (tick % 2 == 0) {
        inTime += tick - waiting.pop().orElseThrow() <= PATIENCE ? 1 : 0;
      }
    }
    assertEquals(10_000, inTime);
  }

  /** A flood of strangers gets its share of the turns, and not more. */
  @Test
  void nobodyIsAnsweredLessOftenThanTheirShareOfTheQuestions() {
    var random = new Random(7);
    var waiting = new Waiting<Boolean>(4_096);
    int fleet = 0;
    int fleetAnswered = 0;
    for (int tick = 0; tick < 200_000; tick++) {
      boolean ofFleet = random.nextInt(10) == 0;
      fleet += ofFleet ? 1 : 0;
      waiting.push(ofFleet);
      if (random.nextInt(4) == 0) {
        fleetAnswered += waiting.pop().orElseThrow() ? 1 : 0;
      }
    }
    assertTrue(fleetAnswered > fleet / 4 * 0.9, fleetAnswered + " of " + fleet);
  }

  private static List<Integer> drained(Waiting<Integer> waiting) {
    var all = new ArrayList<Integer>();
    for (var next = waiting.pop(); next.isPresent(); next = waiting.pop()) {
      all.add(next.get());
    }
    return all;
  }
}
