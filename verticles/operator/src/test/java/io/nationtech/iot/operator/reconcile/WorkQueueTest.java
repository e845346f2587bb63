package io.nationtech.iot.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One run a key at a time, and none lost. */
class WorkQueueTest {
  private final OneContext context = new OneContext();
  private final List<String> begun = new ArrayList<>();
  private final TreeMap<String, Promise<Optional<Duration>>> running = new TreeMap<>();
  private final WorkQueue<String> queue =
      context.call(() -> new WorkQueue<>(context.vertx, "key", this::work));

  private Future<Optional<Duration>> work(String key) {
    begun.add(key);
    var promise = Promise.<Optional<Duration>>promise();
    running.put(key, promise);
    return promise.future();
  }

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void whileClosedKeysAreKeptEachOnce() {
    add("a", "b", "a");
    assertEquals(List.of(), begun());
    assertFalse(context.call(queue::idle));
    open();
    assertEquals(List.of("a", "b"), begun());
  }

  @Test
  void aKeyThatChangesWhileItIsWorkedOnIsWorkedOnOnceMore() {
    open();
    add("a");
    add("a", "a", "a");
    assertEquals(List.of("a"), begun());
    end("a", Optional.empty());
    context.until(() -> begun.equals(List.of("a", "a")));
    end("a", Optional.empty());
    context.until(queue::idle);
    assertEquals(List.of("a", "a"), begun());
  }

  @Test
  void aFailureIsTriedAgainLaterAndHoldsUpNoOtherKey() {
    open();
    add("a", "b");
    long failed = System.nanoTime();
    fail("a");
    end("b", Optional.empty());
    assertFalse(context.call(queue::idle), "a key in back-off is yet to be worked on");
    context.until(() -> begun.equals(List.of("a", "b", "a")));
    assertTrue(System.nanoTime() - failed >= Duration.ofMillis(240).toNanos());
    long again = System.nanoTime();
    fail("a");
    context.until(() -> begun.size() == 4);
    assertTrue(System.nanoTime() - again >= Duration.ofMillis(490).toNanos());
    end("a", Optional.empty());
    context.until(queue::idle);
  }

  @Test
  void whatIsThrownAtOnceIsAFailureLikeAnyOther() {
    var tries = new ArrayList<String>();
    var throwing =
        context.call(
            () ->
                new WorkQueue<String>(
                    context.vertx,
                    "key",
                    key -> {
                      tries.add(key);
                      if (tries.size() == 1) {
                        throw new IllegalStateException("broken");
                      }
                      return Future.succeededFuture(Optional.empty());
                    }));
    context.run(
        () -> {
          throwing.open(true);
          throwing.add("a");
        });
    context.until(() -> tries.size() == 2 && throwing.idle());
  }

  @Test
  void aKeyThatWantsToComeAgainComesAgainOnce() {
    open();
    add("a");
    end("a", Optional.of(Duration.ofMillis(200)));
    add("a");
    end("a", Optional.of(Duration.ofMillis(200)));
    context.until(() -> begun.size() == 3);
    end("a", Optional.empty());
    var later = new ArrayList<String>();
    context.run(() -> context.vertx.setTimer(400, go -> later.add("later")));
    context.until(() -> !later.isEmpty());
    assertEquals(3, begun().size());
  }

  @Test
  void noKeyIsLostAndNoneRunsTwiceAtATime() {
    var random = new Random(20_261_124);
    var changed = new TreeMap<Integer, Integer>();
    var seen = new TreeMap<Integer, Integer>();
    Set<Integer> now = new HashSet<>();
    var twice = new ArrayList<Integer>();
    var many =
        context.call(
            () ->
                new WorkQueue<Integer>(
                    context.vertx,
                    "key",
                    key -> {
                      if (!now.add(key)) {
                        twice.add(key);
                      }
                      int version = changed.getOrDefault(key, 0);
                      return context
                          .vertx
                          .timer(1 + random.nextInt(3))
                          .compose(
                              timer -> {
                                now.remove(key);
                                if (random.nextInt(20) == 0) {
                                  return Future.failedFuture("by chance");
                                }
                                seen.merge(key, version, Math::max);
                                return Future.succeededFuture(Optional.<Duration>empty());
                              });
                    }));
    for (int i = 1; i <= 20_000; i++) {
      int version = i;
      context.run(
          () -> {
            many.open(version % 1000 > 100);
            int key = random.nextInt(200);
            changed.put(key, version);
            many.add(key);
          });
    }
    context.run(() -> many.open(true));
    context.until(many::idle);
    context.run(() -> assertEquals(changed, seen));
    assertEquals(List.of(), twice);
  }

  private List<String> begun() {
    return context.call(() -> List.copyOf(begun));
  }

  private void open() {
    context.run(() -> queue.open(true));
  }

  private void add(String... keys) {
    context.run(() -> List.of(keys).forEach(queue::add));
  }

  private void end(String key, Optional<Duration> later) {
    context.run(() -> Objects.requireNonNull(running.remove(key)).complete(later));
  }

  private void fail(String key) {
    context.run(() -> Objects.requireNonNull(running.remove(key)).fail("by hand"));
  }
}
