package io.nationtech.iot.agent;

import io.nationtech.iot.agent.config.CredsFile;
import io.nationtech.iot.agent.status.Live;
import io.nationtech.iot.nats.Credentials;
import io.nats.client.Options;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A credentials file that may be exchanged at any time: the connection is made anew by a new one,
 * before the old one expires. Belongs to the context that starts it.
 */
final class FollowedCreds implements Credentials {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  private final Vertx vertx;
  private final Path file;
  private final WorkerExecutor disk;
  private @Nullable CredsFile known;
  private String trouble = "";
  private long timer = -1;

  FollowedCreds(Vertx vertx, Path file) {
    this.vertx = vertx;
    this.file = file;
    this.disk = vertx.createSharedWorkerExecutor("identity-file", 1);
  }

  /** Looks at the file now and then; {@code renew} is called when it holds another identity. */
  void start(Duration every, Runnable renew) {
    look(() -> {});
    timer = vertx.setPeriodic(every.toMillis(), due -> look(renew));
  }

  Future<Void> close() {
    vertx.cancelTimer(timer);
    return disk.close();
  }

  Live.Identity identity() {
    return new Live.Identity(Optional.ofNullable(known).flatMap(CredsFile::expires), trouble);
  }

  @Override
  public void apply(Options.Builder options) {
    Credentials.file(file).apply(options);
  }

  private void look(Runnable renew) {
    disk.executeBlocking(() -> CredsFile.read(file))
        .onSuccess(found -> found(found, renew))
        .onFailure(e -> failed("identity.creds_file " + e.getMessage()));
  }

  private void found(CredsFile found, Runnable renew) {
    trouble = "";
    var before = known;
    known = found;
    if (before != null && !before.equals(found)) {
      log.info(
          "{} is new{}: connecting anew by it",
          file,
          found.expires().map(until -> ", valid until " + until).orElse(""));
      renew.run();
    }
  }

  private void failed(String why) {
    if (!why.equals(trouble)) {
      trouble = why;
      log.warn("{}; what runs goes on", why);
    }
  }
}
