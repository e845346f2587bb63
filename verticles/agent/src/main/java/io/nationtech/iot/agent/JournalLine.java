package io.nationtech.iot.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log: with its priority where the journal reads, which adds the time itself; with
 * time and level otherwise. Whatever a document or a registry brought into it stays one line, of
 * bounded length.
 */
public final class JournalLine extends LayoutBase<ILoggingEvent> {
  private static final int LONGEST = 1000;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
  private static final boolean JOURNAL = System.getenv("JOURNAL_STREAM") != null;

  @Override
  public String doLayout(ILoggingEvent event) {
    return begin(event) + text(event) + "\n" + place(event.getThrowableProxy());
  }

  /** What was thrown, and where. */
  private static String place(@Nullable IThrowableProxy thrown) {
    if (thrown == null) {
      return "";
    }
    var frames = thrown.getStackTraceElementProxyArray();
    var where = frames.length == 0 ? "" : "\t" + frames[0] + "\n";
    return bounded(thrown.getClassName() + ": " + thrown.getMessage()) + "\n" + where;
  }

  /** What was said, as one line. */
  static String text(ILoggingEvent event) {
    return bounded(CONTROL.matcher(event.getFormattedMessage()).replaceAll(" "));
  }

  private static String bounded(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " ...";
  }

  private static String begin(ILoggingEvent event) {
    return JOURNAL
        ? "<" + priority(event.getLevel()) + ">"
        : Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS)
            + " "
            + event.getLevel()
            + " ";
  }

  /** Numbers of syslog(3). */
  static int priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }
}
