package io.nationtech.iot.agent.systemd;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * systemd, as far as it waits for word of this process: sd_notify(3), over the socket that {@code
 * NOTIFY_SOCKET} names. Where there is none, nobody is told anything. Never blocks; what could not
 * be sent is sent with the next word.
 */
public final class ServiceManager implements Closeable {
  /** How long an agent that is not ready yet asks to be waited for, each time anew. */
  private static final Duration MORE_TIME = Duration.ofMinutes(2);

  private static final Duration USUAL_INTERVAL = Duration.ofSeconds(30);
  private static final int WORDS_A_TIMEOUT = 3;

  private final @Nullable UnixDatagram socket;
  private final Duration interval;
  private boolean ready;
  private boolean readyTold;
  private String status = "";
  private String statusTold = "";

  private ServiceManager(@Nullable UnixDatagram socket, Duration interval) {
    this.socket = socket;
    this.interval = interval;
  }

  /** {@code environment}: this process' own. */
  public static ServiceManager of(Map<String, String> environment) {
    var address = environment.getOrDefault("NOTIFY_SOCKET", "");
    return new ServiceManager(
        address.startsWith("/") || address.startsWith("@") ? new UnixDatagram(address) : null,
        watchdog(environment)
            .map(timeout -> timeout.dividedBy(WORDS_A_TIMEOUT))
            .orElse(USUAL_INTERVAL));
  }

  private static Optional<Duration> watchdog(Map<String, String> environment) {
    var own = String.valueOf(ProcessHandle.current().pid());
    return Optional.ofNullable(environment.get("WATCHDOG_USEC"))
        .filter(micros -> micros.matches("[1-9][0-9]{2,15}"))
        .filter(micros -> environment.getOrDefault("WATCHDOG_PID", own).equals(own))
        .map(micros -> Duration.ofNanos(Long.parseLong(micros) * 1000));
  }

  /** How often {@link #alive} has to be called. */
  public Duration interval() {
    return interval;
  }

  /** {@code status}: one true sentence. */
  public void status(String status) {
    this.status = status.replace('\n', ' ');
    tell();
  }

  /**
   * What was to be done before others may count on this process is done; told with the next word.
   */
  public void ready() {
    ready = true;
  }

  /** This process is not stuck: the watchdog, or the time it may take to start, begins anew. */
  public void alive() {
    tell();
    send(readyTold ? "WATCHDOG=1" : "EXTEND_TIMEOUT_USEC=" + MORE_TIME.toNanos() / 1000);
  }

  public void stopping() {
    send("STOPPING=1\nSTATUS=ending; containers run on");
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
    }
  }

  private void tell() {
    var words = new ArrayList<String>();
    if (ready && !readyTold) {
      words.add("READY=1");
    }
    if (!status.equals(statusTold)) {
      words.add("STATUS=" + status);
    }
    if (!words.isEmpty() && send(String.join("\n", words))) {
      readyTold = ready;
      statusTold = status;
    }
  }

  private boolean send(String words) {
    return socket != null && socket.send(words);
  }
}
