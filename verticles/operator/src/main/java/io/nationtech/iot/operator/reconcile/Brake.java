package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.operator.desired.MassRemoval;
import io.nationtech.iot.operator.status.Standing;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds removals that nobody was seen to ask for until all devices were looked at, and then lets
 * them all go or none. Used on one context.
 */
final class Brake {
  private static final Logger LOG = LoggerFactory.getLogger(Brake.class);
  private static final long SETTLE_MS = 1000;

  private final Vertx vertx;
  private final boolean off;
  private final IntSupplier devices;
  private final BooleanSupplier settled;
  private final Consumer<String> again;
  private final Set<String> held = new HashSet<>();
  private final Set<String> released = new HashSet<>();
  private boolean waiting;
  private int told;

  /**
   * @param off whether a person said that mass removal is meant
   * @param settled whether no device is left to be looked at
   * @param again asks for a device to be reconciled again
   */
  Brake(
      Vertx vertx,
      boolean off,
      IntSupplier devices,
      BooleanSupplier settled,
      Consumer<String> again) {
    this.vertx = vertx;
    this.off = off;
    this.devices = devices;
    this.settled = settled;
    this.again = again;
  }

  /** Whether a removal on {@code device} has to wait; judges all of them a little later. */
  boolean holds(String device) {
    if (off || released.contains(device)) {
      return false;
    }
    if (held.add(device)) {
      judgeLater();
    }
    return true;
  }

  /** Nothing is to be removed on {@code device}, or it was done. */
  void release(String device) {
    released.remove(device);
    if (held.remove(device) && told > 0) {
      // There are fewer now: perhaps no longer too many.
      judgeLater();
    }
  }

  /** What a held device is told; nothing while it only waits for the others to be looked at. */
  Optional<Standing> verdict() {
    return told == 0
        ? Optional.empty()
        : Optional.of(new Standing.Stopped(held.size(), devices.getAsInt()));
  }

  private void judgeLater() {
    if (!waiting) {
      waiting = true;
      vertx.setTimer(SETTLE_MS, go -> judge());
    }
  }

  private void judge() {
    waiting = false;
    if (!settled.getAsBoolean()) {
      judgeLater();
      return;
    }
    if (MassRemoval.tooMany(held.size(), devices.getAsInt())) {
      stop();
      return;
    }
    told = 0;
    var free = Set.copyOf(held);
    held.clear();
    released.addAll(free);
    free.forEach(again);
  }

  private void stop() {
    if (told != held.size()) {
      told = held.size();
      LOG.error(
          "{} of {} devices would lose deployments that nobody was seen to delete: stopped, they"
              + " keep what runs. Is this the right cluster? --allow-mass-removal lets it",
          held.size(),
          devices.getAsInt());
      // Their statuses say how many there are.
      Set.copyOf(held).forEach(again);
    }
  }
}
