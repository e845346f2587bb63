package io.nationtech.iot.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.nationtech.iot.agent.systemd.JournalSocket;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go. Found by logback itself, in place of a logback.xml: to read one it loads an
 * XML parser and four hundred classes more, at every start of a device.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogOutput extends ContextAwareBase implements Configurator {
  private static final String STANDARD_OUTPUT = "STDOUT";
  private static final String OWN = "iot-agent";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var line = new JournalLine();
    line.setContext(context);
    line.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setLayout(line);
    encoder.start();
    var output = new ConsoleAppender<ILoggingEvent>();
    output.setContext(context);
    output.setName(STANDARD_OUTPUT);
    output.setEncoder(encoder);
    output.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(output);
    context.getLogger(OWN).setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Nothing is said by anybody. */
  static void silence() {
    levels(Level.OFF, Level.OFF);
  }

  /** {@code least} decides what the journal says; the history takes all from INFO on. */
  static void journal(String least) {
    var level = Level.toLevel(least);
    levels(Level.WARN, level.isGreaterOrEqual(Level.INFO) ? Level.INFO : level);
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      var threshold = new ThresholdFilter();
      threshold.setLevel(least);
      threshold.start();
      journal(root).addFilter(threshold);
    }
  }

  /** Standard output, or the journal's own socket in its place. */
  private static Appender<ILoggingEvent> journal(Logger root) {
    var output = root.getAppender(STANDARD_OUTPUT);
    return JournalSocket.of(System.getenv())
        .<Appender<ILoggingEvent>>map(
            socket -> {
              var journal = new JournalAppender(socket, output);
              root.detachAppender(output);
              root.addAppender(journal);
              return journal;
            })
        .orElse(output);
  }

  private static void levels(Level others, Level own) {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(others);
      root.getLoggerContext().getLogger(OWN).setLevel(own);
    }
  }
}
