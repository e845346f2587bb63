package io.nationtech.iot.nats;

/** A put that expected another revision: somebody wrote in between. */
public final class WrongRevisionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongRevisionException(String message) {
    super(message);
  }
}
