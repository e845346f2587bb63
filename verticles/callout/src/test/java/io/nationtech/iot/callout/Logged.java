package io.nationtech.iot.callout;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** All that this process logs meanwhile, at every level and with stack traces. */
final class Logged implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  Logged() {
    events.start();
    root.addAppender(events);
    root.setLevel(Level.TRACE);
  }

  String text() {
    return List.copyOf(events.list).stream().map(Logged::text).collect(Collectors.joining("\n"));
  }

  private static String text(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    return event.getFormattedMessage()
        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
  }

  @Override
  public void close() {
    root.setLevel(before);
    root.detachAppender(events);
  }
}
