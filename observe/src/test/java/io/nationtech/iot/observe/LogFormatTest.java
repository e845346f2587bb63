package io.nationtech.iot.observe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** How a log line looks in each format. */
class LogFormatTest {
  @Test
  void aHumanReadsTimeLevelAndMessage() throws Exception {
    var line = line("human");
    assertTrue(
        line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z INFO {2}device 'pi-1': \"on\"\\R"), line);
  }

  @Test
  void aMachineReadsOneJsonObjectALine() throws Exception {
    var line = line("json");
    assertTrue(line.startsWith("{") && line.endsWith("}\n") && line.lines().count() == 1, line);
    assertTrue(line.contains("\"formattedMessage\":\"device 'pi-1': \\\"on\\\"\""), line);
    assertTrue(line.contains("\"level\":\"INFO\""), line);
  }

  private static String line(String format) throws Exception {
    var printed = new ByteArrayOutputStream();
    var out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    try {
      var configurator = new JoranConfigurator();
      configurator.setContext(context);
      var text =
          """
          <configuration>
            <include resource="logback-%s.xml"/>
            <root level="info"><appender-ref ref="out"/></root>
          </configuration>
          """
              .formatted(format);
      configurator.doConfigure(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      context.getLogger("any").info("device '{}': \"on\"", "pi-1");
    } finally {
      context.stop();
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
