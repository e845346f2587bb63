package io.nationtech.iot.agent.podman;

import io.nationtech.iot.podman.Details;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.PodmanException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Finds containers that podman takes for running, or for ending, and that are dead: their conmon
 * was killed with them, so nobody told podman of their end, and it never looks.
 */
final class Pulse {
  /** podman's words for what has to have a process. */
  static final Set<String> DOUBTFUL = Set.of("running", "stopping");

  private final Podman podman;

  /** podman's process ids mean nothing here: it runs in a container of its own. */
  private boolean elsewhere;

  Pulse(Podman podman) {
    this.podman = podman;
  }

  /** Asks podman only where this machine does not know the process. */
  Future<Boolean> isDead(Details details) {
    var state = details.json().getJsonObject("State", new JsonObject());
    if (!DOUBTFUL.contains(details.state())
        || isThere(state.getLong("Pid", 0L))
        || isThere(state.getLong("ConmonPid", 0L))) {
      return Future.succeededFuture(false);
    }
    return details.state().equals("running")
        ? podman.processes(details.id()).map(this::none).recover(Pulse::unknown)
        : Future.succeededFuture(!elsewhere);
  }

  private boolean none(int processes) {
    elsewhere = processes > 0;
    return processes == 0;
  }

  private static boolean isThere(long process) {
    return process > 0 && Files.exists(Path.of("/proc", Long.toString(process)));
  }

  /**
   * Who can't list the processes of what is said to run finds none; who does not answer, nothing.
   */
  private static Future<Boolean> unknown(Throwable e) {
    return e instanceof PodmanException podman
            && (podman.kind() == PodmanException.Kind.TIMEOUT
                || podman.kind() == PodmanException.Kind.UNAVAILABLE)
        ? Future.failedFuture(e)
        : Future.succeededFuture(true);
  }
}
