package io.nationtech.iot.agent.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * Since when the update to a version is held off. It survives the agent, so that a device that
 * starts again every day does not wait for ever.
 *
 * @param clockUnknown since when nobody knows whether the window is open
 * @param locked since when nothing but the application's file holds it off
 * @param certain whether these times are of a clock that is right
 */
public record Held(
    String version, Optional<Instant> clockUnknown, Optional<Instant> locked, boolean certain) {
  static Held none(String version, boolean certain) {
    return new Held(version, Optional.empty(), Optional.empty(), certain);
  }
}
