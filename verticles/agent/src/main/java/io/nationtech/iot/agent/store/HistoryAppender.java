package io.nationtech.iot.agent.store;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.status.HistoryEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Keeps every line for the person at the device in a {@link HistoryFile}, from now to the close.
 */
public final class HistoryAppender extends AppenderBase<ILoggingEvent> {
  private static final int LONGEST = 1000;

  private final HistoryFile file;
  private final InstantSource clock;
  private final WorkerExecutor worker;

  /** {@code clock}: which the system's may not be. */
  public HistoryAppender(Vertx vertx, HistoryFile file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    this.worker = vertx.createSharedWorkerExecutor("history-file", 1);
    setName("history");
    start();
    if (LoggerFactory.getLogger("iot-agent") instanceof Logger logger) {
      logger.addAppender(this);
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
      var entry = entry(event);
      // Where it can't be written, the journal has it; to say so here would be one more line.
      worker.executeBlocking(
          () -> {
            file.add(entry);
            return true;
          });
    }
  }

  private HistoryEntry entry(ILoggingEvent event) {
    var arguments = Optional.ofNullable(event.getArgumentArray()).orElse(new Object[0]);
    var text = event.getFormattedMessage();
    return new HistoryEntry(
        clock.instant(),
        event.getLevel().toString(),
        Stream.of(arguments).filter(ServiceKey.class::isInstance).map(Object::toString).findFirst(),
        text.substring(0, Math.min(text.length(), LONGEST)));
  }

  /** Completes when all that was said before is on disk. */
  public Future<Void> close() {
    if (LoggerFactory.getLogger("iot-agent") instanceof Logger logger) {
      logger.detachAppender(this);
    }
    stop();
    return worker.executeBlocking(() -> true).eventually(worker::close).mapEmpty();
  }
}
