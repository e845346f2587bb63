package io.nationtech.iot.agent.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nationtech.iot.platform.NotifySocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What systemd hears, on a real datagram socket. */
class ServiceManagerTest {
  private static final Map<String, String> WATCHED = Map.of("WATCHDOG_USEC", "120000000");

  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"path", "abstract"})
  void itHearsOfAStartThatTakesLongOfReadinessOfLifeAndOfTheEnd(String kind) {
    var address = address(kind);
    try (var socket = new NotifySocket(address);
        var service = ServiceManager.of(Map.of("NOTIFY_SOCKET", address))) {
      service.status("pi-1: starting");
      service.alive();
      service.ready();
      service.ready();
      service.alive();
      service.status("pi-1: 1 of 1 services run\nREADY=1");
      service.stopping();
      awaitLines(
          socket,
          List.of(
              "STATUS=pi-1: starting",
              "EXTEND_TIMEOUT_USEC=120000000",
              "READY=1",
              "WATCHDOG=1",
              "STATUS=pi-1: 1 of 1 services run READY=1",
              "STOPPING=1",
              "STATUS=ending; containers run on"));
    }
  }

  @Test
  void aSentenceThatStaysTheSameIsToldOnce() {
    var address = address("path");
    try (var socket = new NotifySocket(address);
        var service = ServiceManager.of(Map.of("NOTIFY_SOCKET", address))) {
      service.status("one");
      service.status("one");
      service.status("two");
      awaitLines(socket, List.of("STATUS=one", "STATUS=two"));
    }
  }

  @Test
  void whatNobodyTookIsToldWithTheNextWord() {
    var address = address("path");
    try (var service = ServiceManager.of(Map.of("NOTIFY_SOCKET", address))) {
      service.status("nobody listens yet");
      service.ready();
      try (var socket = new NotifySocket(address)) {
        service.alive();
        awaitLines(socket, List.of("READY=1", "STATUS=nobody listens yet", "WATCHDOG=1"));
      }
    }
  }

  @Test
  @Timeout(10)
  void aManagerThatReadsNothingHoldsNobodyUp() {
    var address = address("path");
    try (var socket = NotifySocket.deaf(address);
        var sender = new UnixDatagram(address)) {
      // Until its queue is full; a sender that waited would wait for ever.
      while (sender.send("WATCHDOG=1")) {
        assertEquals(List.of(), socket.lines());
      }
    }
  }

  @Test
  void theWatchdogIsFedThreeTimesATimeoutUnlessItIsAnotherProcess() {
    assertEquals(Duration.ofSeconds(40), interval(WATCHED));
    var other = Map.of("WATCHDOG_USEC", "120000000", "WATCHDOG_PID", "1");
    assertEquals(Duration.ofSeconds(30), interval(other));
    assertEquals(Duration.ofSeconds(30), interval(Map.of("WATCHDOG_USEC", "soon")));
  }

  @Test
  void withoutAManagerNobodyIsTold() {
    for (var address : List.of("", "vsock:2:1234", "relative")) {
      try (var service = ServiceManager.of(Map.of("NOTIFY_SOCKET", address))) {
        service.status("told to nobody");
        service.ready();
        service.alive();
        service.stopping();
      }
    }
    var tooLong = Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200));
    assertThrows(IllegalArgumentException.class, () -> ServiceManager.of(tooLong));
  }

  private static Duration interval(Map<String, String> environment) {
    try (var service = ServiceManager.of(environment)) {
      return service.interval();
    }
  }

  private String address(String kind) {
    var path = directory.resolve("notify").toString();
    return kind.equals("path") ? path : "@iot-agent-test" + path.replace('/', '-');
  }

  private static void awaitLines(NotifySocket socket, List<String> lines) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertEquals(lines, socket.lines()));
  }
}
