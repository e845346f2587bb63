package io.nationtech.iot.callout.decide;

/**
 * What one connection may use; {@link #UNLIMITED} leaves it to account and server.
 *
 * <p>nats-server 2.14 reads these of a user that a callout lets in and does not apply them: the
 * account's own limits, which it applies to each connection, must say the same.
 */
public record Limits(long subscriptions, long payloadBytes, long dataBytes) {
  public static final long UNLIMITED = -1;
  public static final Limits NONE = new Limits(UNLIMITED, UNLIMITED, UNLIMITED);
}
