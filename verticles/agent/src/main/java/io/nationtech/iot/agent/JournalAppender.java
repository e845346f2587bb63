package io.nationtech.iot.agent;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.systemd.JournalSocket;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lines to the journal with fields of their own, so that {@code journalctl IOT_SERVICE=web} finds
 * them; what it does not take, and stack traces, go the way they went before.
 */
final class JournalAppender extends AppenderBase<ILoggingEvent> {
  private final JournalSocket journal;
  private final Appender<ILoggingEvent> otherwise;

  JournalAppender(JournalSocket journal, Appender<ILoggingEvent> otherwise) {
    this.journal = journal;
    this.otherwise = otherwise;
    start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getThrowableProxy() != null || !journal.send(fields(event))) {
      otherwise.doAppend(event);
    }
  }

  static Map<String, String> fields(ILoggingEvent event) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("MESSAGE", JournalLine.text(event));
    fields.put("PRIORITY", String.valueOf(JournalLine.priority(event.getLevel())));
    fields.put("SYSLOG_IDENTIFIER", "iot-agent");
    var arguments = event.getArgumentArray();
    if (arguments != null) {
      Arrays.stream(arguments)
          .filter(ServiceKey.class::isInstance)
          .map(ServiceKey.class::cast)
          .findFirst()
          .ifPresent(
              key -> {
                fields.put("IOT_DEPLOYMENT", key.deployment());
                fields.put("IOT_SERVICE", key.service());
              });
    }
    return fields;
  }
}
