package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Held;
import io.nationtech.iot.agent.plan.Proven;
import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.DesiredDocument;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What survives the agent.
 *
 * @param quarantined by deployment, the version that was rolled back
 * @param proven what the last proven version of each deployment was made from, by service
 * @param held by deployment, since when its update is held off
 */
public record Memory(
    Optional<Known> known,
    Map<String, Quarantine> quarantined,
    Map<ServiceKey, Proven> proven,
    Map<String, Held> held) {
  public static final Memory NONE = new Memory(Optional.empty(), Map.of(), Map.of(), Map.of());

  /** The last desired document, with the revision and the time the server gave it. */
  public record Known(DesiredDocument document, long revision, Instant time) {}
}
