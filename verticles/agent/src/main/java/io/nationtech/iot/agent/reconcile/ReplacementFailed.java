package io.nationtech.iot.agent.reconcile;

/** The new version did not start or did not stay up, and the old one was started again. */
final class ReplacementFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReplacementFailed(String message) {
    super(message);
  }
}
