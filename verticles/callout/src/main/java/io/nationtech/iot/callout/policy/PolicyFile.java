package io.nationtech.iot.callout.policy;

import io.nationtech.iot.callout.decide.Policy;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy in force. The file is read again and again rather than watched: a ConfigMap's volume
 * changes by a symbolic link, far from the file itself.
 */
public final class PolicyFile implements Supplier<Policy> {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFile.class);

  private final Path file;
  private String seen;
  private Policy policy;
  private boolean unreadable;

  /** Reads the first policy; there must be a good one to start with. */
  public static PolicyFile read(Path file) throws IOException, PolicyException {
    var text = Files.readString(file);
    return new PolicyFile(file, text, PolicyText.parse(text));
  }

  private PolicyFile(Path file, String text, Policy policy) {
    this.file = file;
    this.seen = text;
    this.policy = policy;
  }

  @Override
  public Policy get() {
    return policy;
  }

  /** Looks every {@code interval} whether it changed, and tells {@code changed} of a good one. */
  public void follow(Vertx vertx, Duration interval, Handler<Policy> changed) {
    var worker = vertx.createSharedWorkerExecutor("policy", 1);
    vertx.setPeriodic(interval.toMillis(), timer -> look(worker, changed));
  }

  private void look(WorkerExecutor worker, Handler<Policy> changed) {
    worker
        .executeBlocking(() -> Files.readString(file))
        .onComplete(text -> readAgain(text, changed), this::unreadable);
  }

  private void readAgain(String text, Handler<Policy> changed) {
    unreadable = false;
    if (text.equals(seen)) {
      return;
    }
    seen = text;
    try {
      policy = PolicyText.parse(text);
      LOG.info("policy: changed, {} in force", file);
      changed.handle(policy);
    } catch (PolicyException e) {
      LOG.error("policy: the new {} is refused, the old one stays: {}", file, e.getMessage());
    }
  }

  private void unreadable(Throwable e) {
    if (!unreadable) {
      LOG.error("policy: {} can't be read, the old one stays: {}", file, e.toString());
    }
    unreadable = true;
  }
}
