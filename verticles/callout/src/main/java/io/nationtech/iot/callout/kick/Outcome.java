package io.nationtech.iot.callout.kick;

/**
 * What came of it.
 *
 * @param closed connections
 * @param back of them, those that were made after the first look: still let in
 * @param silent servers that did not answer
 */
public record Outcome(int closed, int back, int silent) {
  Outcome and(Outcome later) {
    return new Outcome(closed + later.closed, back + later.back, Math.max(silent, later.silent));
  }
}
