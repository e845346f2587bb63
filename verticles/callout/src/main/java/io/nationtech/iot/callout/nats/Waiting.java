package io.nationtech.iot.callout.nats;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Questions that are not worked on yet. The newest is next: where more come than can be answered, a
 * queue would make all of them wait for as long as it is, and then every answer is late. Those who
 * are passed over would have been too late in a queue as well, and ask again.
 */
final class Waiting<T> {
  private final int most;
  private final ArrayDeque<T> newestFirst = new ArrayDeque<>();

  /** {@code most}: that wait at once. */
  Waiting(int most) {
    this.most = most;
  }

  /** Takes {@code newest}, and gives back the oldest where there are too many now. */
  Optional<T> push(T newest) {
    newestFirst.addFirst(newest);
    return newestFirst.size() > most ? Optional.of(newestFirst.removeLast()) : Optional.empty();
  }

  /** Takes the newest away. */
  Optional<T> pop() {
    return Optional.ofNullable(newestFirst.pollFirst());
  }
}
