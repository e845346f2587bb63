package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Held;
import io.nationtech.iot.agent.plan.Holding;
import io.nationtech.iot.agent.plan.LockFile;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The time that people go by.
 *
 * @param certain whether it is right, as far as anybody knows
 * @param zone where this device stands
 */
public record WallClock(InstantSource time, BooleanSupplier certain, ZoneId zone) {
  Holding holding(Map<String, LockFile> locks, Map<String, Held> since) {
    return new Holding(time.instant(), certain.getAsBoolean(), zone, locks, since);
  }
}
