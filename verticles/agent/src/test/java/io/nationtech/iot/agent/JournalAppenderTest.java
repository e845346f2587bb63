package io.nationtech.iot.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.systemd.JournalSocket;
import io.nationtech.iot.platform.NotifySocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal gets, on a real datagram socket. */
class JournalAppenderTest {
  private static final ServiceKey WEB = new ServiceKey("hello", "web");

  @TempDir Path directory = Path.of("");
  private final ListAppender<ILoggingEvent> otherwise = new ListAppender<>();

  @Test
  void aLineIsOneMessageWithItsPriorityAndWhatItIsAbout() {
    try (var journal = new NotifySocket(path().toString());
        var socket = new JournalSocket(path())) {
      var log = logger(socket);
      log.warn("{}: no such\nhost", WEB);
      log.info("connected");
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertEquals(
                      List.of(
                          "MESSAGE=hello.web: no such host",
                          "PRIORITY=4",
                          "SYSLOG_IDENTIFIER=iot-agent",
                          "IOT_DEPLOYMENT=hello",
                          "IOT_SERVICE=web",
                          "MESSAGE=connected",
                          "PRIORITY=6",
                          "SYSLOG_IDENTIFIER=iot-agent"),
                      journal.lines()));
      assertEquals(0, otherwise.list.size());
    }
  }

  @Test
  void whatTheJournalDoesNotTakeGoesToStandardOutputAndStackTracesToo() {
    try (var socket = new JournalSocket(path())) {
      var log = logger(socket);
      log.info("nobody listens");
      try (var journal = new NotifySocket(path().toString())) {
        log.error("a mistake", new IllegalStateException("here"));
        assertEquals(
            List.of("nobody listens", "a mistake"),
            otherwise.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
        assertEquals(List.of(), journal.lines());
      }
    }
  }

  private Path path() {
    return directory.resolve("journal");
  }

  private ch.qos.logback.classic.Logger logger(JournalSocket socket) {
    otherwise.start();
    var logger = new LoggerContext().getLogger("test");
    logger.setLevel(Level.INFO);
    logger.addAppender(new JournalAppender(socket, otherwise));
    return logger;
  }
}
