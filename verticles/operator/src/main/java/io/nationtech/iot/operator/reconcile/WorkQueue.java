package io.nationtech.iot.operator.reconcile;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys to be worked on: each once however often it was added, one run a key at a time, again with
 * back-off after a failure. Used on one context.
 */
final class WorkQueue<K> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);
  private static final int AT_A_TIME = 64;
  private static final long FIRST_BACK_OFF_MS = 250;
  private static final int MAX_DOUBLINGS = 7;
  private static final int WORTH_WAITING = 5;

  private final Vertx vertx;
  private final String what;
  private final Function<K, Future<Optional<Duration>>> work;
  private final LinkedHashSet<K> ready = new LinkedHashSet<>();
  private final Set<K> running = new HashSet<>();
  private final Set<K> again = new HashSet<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private final Map<K, Long> timers = new HashMap<>();
  private boolean open;
  private long done;
  private long failed;

  /** {@code work} gives the time after which it wants the key again. */
  WorkQueue(Vertx vertx, String what, Function<K, Future<Optional<Duration>>> work) {
    this.vertx = vertx;
    this.what = what;
    this.work = work;
  }

  void add(K key) {
    if (running.contains(key)) {
      again.add(key);
    } else {
      ready.add(key);
      next();
    }
  }

  /** While closed, keys are kept and nothing is begun. */
  void open(boolean value) {
    open = value;
    next();
  }

  /** Whether every key was worked on; one that fails again and again is not waited for. */
  boolean idle() {
    return ready.isEmpty()
        && running.isEmpty()
        && failures.values().stream().allMatch(count -> count > WORTH_WAITING);
  }

  Figures.Queue figures() {
    return new Figures.Queue(ready.size(), done, failed);
  }

  private void next() {
    while (open && !ready.isEmpty() && running.size() < AT_A_TIME) {
      var key = ready.removeFirst();
      running.add(key);
      // A call that throws at once is a failure like any other.
      Future.succeededFuture(key)
          .compose(work)
          .onComplete(later -> done(key, later), e -> failed(key, e));
    }
  }

  private void done(K key, Optional<Duration> later) {
    done++;
    failures.remove(key);
    finish(key);
    later.ifPresent(delay -> comeAgain(key, delay.toMillis() + 1));
    next();
  }

  private void failed(K key, Throwable e) {
    failed++;
    int count = failures.merge(key, 1, Integer::sum);
    if (count == 3) {
      // Once or twice is a lost race or a restart; a person need not know.
      LOG.warn("{} '{}': does not succeed, tried again for ever: {}", what, key, e.toString());
    } else {
      LOG.debug("{} '{}': tried again", what, key, e);
    }
    finish(key);
    comeAgain(key, FIRST_BACK_OFF_MS << Math.min(count - 1, MAX_DOUBLINGS));
    next();
  }

  /** The last wish counts: a key that is worked on often must not gather timers. */
  private void comeAgain(K key, long delay) {
    var replaced = timers.put(key, vertx.setTimer(delay, go -> cameAgain(key)));
    if (replaced != null) {
      vertx.cancelTimer(replaced);
    }
  }

  private void cameAgain(K key) {
    timers.remove(key);
    add(key);
  }

  private void finish(K key) {
    running.remove(key);
    if (again.remove(key)) {
      ready.add(key);
    }
  }
}
