package io.nationtech.iot.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackOffTest {
  @ParameterizedTest
  @CsvSource({
    "1,   0, PT2S",
    "1,   1, PT4S",
    "2,  0, PT4S",
    "3, 1, PT16S",
    "7,  0, PT128S",
    "8,   0, PT2M30S",
    "9, 1, PT5M",
    "1000, 1, PT5M",
  })
  void eachWaitIsTwiceAsLongUpToALimit(int failures, double chance, Duration wait) {
    var backOff = new BackOff(Duration.ofSeconds(4), Duration.ofMinutes(5));
    assertEquals(wait, backOff.after(failures, chance));
  }

  /** A server that is down for a while and then lets in a thousand a second, others time out. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 60})
  void tenThousandDevicesFindRoomAtAServerThatTakesAThousandASecond(int secondsAway) {
    var random = new Random(secondsAway);
    var tries = new PriorityQueue<>(Comparator.comparingLong(Try::milliseconds));
    for (int device = 0; device < 10_000; device++) {
      tries.add(new Try(0, 0));
    }
    var letIn = new HashMap<Long, Integer>();
    long last = 0;
    while (!tries.isEmpty()) {
      var next = tries.poll();
      last = next.milliseconds();
      boolean there = last >= secondsAway * 1000L;
      if (!there || letIn.merge(last / 1000, 1, Integer::sum) > 1000) {
        int failures = next.failures() + 1;
        long patience = there ? 2000 : 0;
        tries.add(
            new Try(
                last + patience + BackOff.FLEET.after(failures, random.nextDouble()).toMillis(),
                failures));
      }
    }
    assertTrue(last < (secondsAway + 45) * 1000L, last + " ms");
  }

  private record Try(long milliseconds, int failures) {}
}
