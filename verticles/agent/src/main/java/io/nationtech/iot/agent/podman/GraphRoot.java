package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.DiskSpace;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where podman keeps images and containers, and the room that is there. */
public final class GraphRoot {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  private final Podman podman;
  private final WorkerExecutor worker;
  private String path = "";
  private boolean told;

  GraphRoot(Vertx vertx, Podman podman) {
    this.podman = podman;
    this.worker = vertx.createSharedWorkerExecutor("disk-space", 1);
  }

  /** The room at a place. */
  public record Seen(String path, DiskSpace space) {}

  /** Asked once; empty where it can't be seen from here. */
  public static Future<Optional<Seen>> space(Vertx vertx, Podman podman) {
    var root = new GraphRoot(vertx, podman);
    return root.space().map(space -> space.map(found -> new Seen(root.path, found)));
  }

  /** Empty until {@link #space()} was asked for. */
  String path() {
    return path;
  }

  /** Empty where it can't be seen from here: podman may be another machine's, or another user's. */
  Future<Optional<DiskSpace>> space() {
    return looked()
        .compose(there -> worker.executeBlocking(() -> measure(Path.of(there)), false))
        .map(Optional::of)
        .otherwise(this::unseen);
  }

  private Future<String> looked() {
    return path.isEmpty()
        ? podman
            .info()
            .map(info -> info.getJsonObject("store", new JsonObject()).getString("graphRoot", ""))
            .onSuccess(found -> path = found)
        : Future.succeededFuture(path);
  }

  private Optional<DiskSpace> unseen(Throwable e) {
    if (!told && e instanceof IOException) {
      told = true;
      log.warn("the disk of podman's images ({}) can't be seen: it is not looked after", path);
    }
    return Optional.empty();
  }

  private static DiskSpace measure(Path path) throws IOException {
    var disk = Files.getFileStore(path);
    return new DiskSpace(disk.getUsableSpace(), disk.getTotalSpace() - disk.getUnallocatedSpace());
  }
}
