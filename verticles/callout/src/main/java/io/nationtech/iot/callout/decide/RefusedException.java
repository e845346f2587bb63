package io.nationtech.iot.callout.decide;

/** Ends a decision with a denial; its message is for the log and holds no part of a token. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedException(String reason) {
    super(reason, null, false, false);
  }
}
