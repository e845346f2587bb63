package io.nationtech.iot.agent.reconcile;

/** The container runtime did not do what it was asked; the loop tries again with back-off. */
public final class RuntimeFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The runtime gave no answer, so nothing is known of what was asked. */
  public static final String AWAY = "RuntimeUnavailable";

  /** A part of what the runtime has on disk is missing or can't be read. */
  public static final String DAMAGED = "StorageDamaged";

  private final String reason;

  /** {@code reason} is a CamelCase word, {@code message} the runtime's own answer. */
  public RuntimeFailure(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }

  boolean runtimeIsAway() {
    return reason.equals(AWAY);
  }

  static boolean isDamage(Throwable e) {
    return e instanceof RuntimeFailure failure && failure.reason.equals(DAMAGED);
  }

  static RuntimeFailure of(Throwable e) {
    return e instanceof RuntimeFailure failure
        ? failure
        : new RuntimeFailure("RuntimeError", String.valueOf(e.getMessage()));
  }
}
