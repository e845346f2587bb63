package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.LockFile;
import io.nationtech.iot.codec.Update.Lock;
import io.vertx.core.Future;
import java.util.Map;
import java.util.TreeMap;

/** The files by which applications hold their updates off, as they were found last. */
final class Locks {
  private final ContainerRuntime runtime;
  private Map<String, LockFile> found = Map.of();

  Locks(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  Map<String, LockFile> found() {
    return found;
  }

  /** Looks anew for each of these, by deployment. */
  Future<Void> look(Map<String, Lock> asked) {
    var looked = new TreeMap<String, LockFile>();
    return Future.all(
            asked.entrySet().stream()
                .map(
                    lock ->
                        runtime
                            .lock(lock.getKey(), lock.getValue())
                            .onSuccess(file -> looked.put(lock.getKey(), file)))
                .toList())
        .onSuccess(done -> found = Map.copyOf(looked))
        .mapEmpty();
  }
}
