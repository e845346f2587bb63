package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.PulledImages;
import io.nationtech.iot.agent.reconcile.PulledStore;
import io.vertx.core.Future;

/** What the agent pulled, as it is known now and kept. Belongs to the context it is called on. */
final class Pulls {
  private final PulledStore store;
  private PulledImages now;

  Pulls(PulledStore store) {
    this.store = store;
    this.now = store.load();
  }

  PulledImages now() {
    return now;
  }

  /** A disk that is too full to keep it is no reason not to go on. */
  Future<Void> are(PulledImages next) {
    if (next.equals(now)) {
      return Future.succeededFuture();
    }
    now = next;
    return store.save(next).otherwiseEmpty();
  }

  /** podman does not sync: until the disk has it all, a power cut leaves empty files. */
  Future<Void> settled() {
    return store.settle().otherwiseEmpty();
  }
}
