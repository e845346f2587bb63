package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.codec.DesiredDocument;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What survives the agent.
 *
 * @param quarantined by deployment, the version that was rolled back
 */
public record Memory(Optional<Known> known, Map<String, Quarantine> quarantined) {
  public static final Memory NONE = new Memory(Optional.empty(), Map.of());

  /** The last desired document, with the revision and the time the server gave it. */
  public record Known(DesiredDocument document, long revision, Instant time) {}
}
