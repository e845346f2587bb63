package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Shown;
import io.nationtech.iot.operator.status.Refusal;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who was refused a device's name: one for each device, however many there are. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final int MOST_UNKNOWN = 100;

  private final Map<String, Refusal> refusals = new HashMap<>();
  private final Set<String> unknown = new HashSet<>();

  /** Whether that is news, which is said once. */
  boolean add(String device, IdentityDocument stranger, Instant now) {
    var before = of(device, now);
    var first = before.map(Refusal::stranger).orElse(stranger);
    refusals.put(device, new Refusal(first, now));
    if (before.isEmpty()) {
      LOG.warn("device '{}': a second identity was refused: {}", device, Shown.shown(stranger));
    }
    return before.isEmpty();
  }

  /** The same of a device that has no Device here: it may be another operator's. */
  boolean addUnknown(String device, IdentityDocument stranger) {
    boolean news = unknown.size() < MOST_UNKNOWN && unknown.add(device);
    if (news) {
      LOG.info(
          "device '{}' has no Device here: a second identity was refused: {}",
          device,
          Shown.shown(stranger));
    }
    return news;
  }

  /** What still counts. */
  Optional<Refusal> of(String device, Instant now) {
    return Optional.ofNullable(refusals.get(device)).filter(it -> now.isBefore(it.ends()));
  }

  void forget(String device) {
    refusals.remove(device);
  }
}
