package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.PulledImages;
import io.vertx.core.Future;

/** Keeps which images the agent pulled, over restarts and power cuts. */
public interface PulledStore {
  /** For who pulls nothing. */
  PulledStore NONE =
      new PulledStore() {
        @Override
        public PulledImages load() {
          return PulledImages.NONE;
        }

        @Override
        public Future<Void> save(PulledImages pulled) {
          return Future.succeededFuture();
        }

        @Override
        public Future<Void> settle() {
          return Future.succeededFuture();
        }
      };

  /** What was kept last; called once. */
  PulledImages load();

  /** Completes when it is on disk; fails where that is full. */
  Future<Void> save(PulledImages pulled);

  /** Completes when all that this machine has written so far is on its disks. */
  Future<Void> settle();
}
