package io.nationtech.iot.callout.kick;

/**
 * What came of it.
 *
 * @param closed connections
 * @param back of them, those that were made after the first look: still let in
 * @param silent servers that did not answer, or not to every close
 */
public record Outcome(int closed, int back, int silent) {
  /** One more connection of one server. */
  Outcome closed(boolean cameBack) {
    return new Outcome(closed + 1, back + (cameBack ? 1 : 0), silent);
  }

  /** That server did not answer, however often. */
  Outcome unanswered() {
    return new Outcome(closed, back, 1);
  }

  /** With what came of another server in the same look. */
  Outcome with(Outcome other) {
    return new Outcome(closed + other.closed, back + other.back, silent + other.silent);
  }

  /** With what came of a later look at the same servers. */
  Outcome and(Outcome later) {
    return new Outcome(closed + later.closed, back + later.back, Math.max(silent, later.silent));
  }
}
