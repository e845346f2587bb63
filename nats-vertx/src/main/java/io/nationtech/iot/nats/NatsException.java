package io.nationtech.iot.nats;

/** A call that the server refused or did not answer. */
public final class NatsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NatsException(String message) {
    super(message);
  }
}
