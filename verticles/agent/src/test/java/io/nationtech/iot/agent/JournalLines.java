package io.nationtech.iot.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is written to the journal while this is open. */
public final class JournalLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger;
  private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();

  private JournalLines(Logger logger) {
    this.logger = logger;
  }

  /** {@code logger}: its name, {@code ROOT} for all. */
  public static JournalLines of(String logger) {
    var lines = new JournalLines((Logger) LoggerFactory.getLogger(logger));
    lines.start();
    lines.logger.addAppender(lines);
    return lines;
  }

  @Override
  protected void append(ILoggingEvent event) {
    lines.add(event);
  }

  public List<String> lines() {
    return lines.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  public boolean says(String text) {
    return lines().stream().anyMatch(line -> line.contains(text));
  }

  public long count(Level level, String text) {
    return lines.stream()
        .filter(line -> line.getLevel().equals(level))
        .filter(line -> line.getFormattedMessage().contains(text))
        .count();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
  }
}
