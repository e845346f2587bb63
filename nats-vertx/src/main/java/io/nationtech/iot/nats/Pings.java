package io.nationtech.iot.nats;

import java.time.Duration;

/**
 * How it is noticed that the other end is gone without a word: every {@code interval} a ping, and
 * with more than {@code unanswered} of them the connection counts as broken. A ping and its answer
 * are some 200 bytes on the wire.
 */
public record Pings(Duration interval, int unanswered) {
  /** For a service: known within a minute and a half. */
  public static final Pings SERVICE = new Pings(Duration.ofSeconds(30), 2);
}
