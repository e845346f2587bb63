package io.nationtech.iot.agent.identity;

import java.time.Duration;
import java.time.Instant;

/**
 * An access token.
 *
 * @param subject whom it is for, by id
 * @param name whom it is for, as the identity provider calls it
 */
public record Token(String value, String subject, String name, Instant issued, Instant expires) {

  public boolean validAt(Instant now) {
    return now.isBefore(expires);
  }

  /**
   * How long to wait before the next one is asked for: until about half of its life is over, so
   * that the other half is there for an outage of the provider, and a reboot within it.
   *
   * @param chance from 0 to 1: devices that began in one instant must not ask in one instant
   */
  public Duration refreshIn(Instant now, double chance) {
    var life = Duration.between(issued, expires).toMillis();
    var due = issued.plusMillis((long) (life * (0.5 + 0.1 * chance)));
    return now.isBefore(due) ? Duration.between(now, due) : Duration.ZERO;
  }

  @Override
  public String toString() {
    return "Token[name=" + name + ", expires=" + expires + "]";
  }
}
