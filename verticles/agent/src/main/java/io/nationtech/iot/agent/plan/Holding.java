package io.nationtech.iot.agent.plan;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

/**
 * What an update may have to wait for.
 *
 * @param now the time for people, which may be another than the system's
 * @param certain whether that is right, as far as anybody knows
 * @param locks by deployment, what there is of its lock's file, where that was asked
 * @param since by deployment, what is known from before
 */
public record Holding(
    Instant now,
    boolean certain,
    ZoneId zone,
    Map<String, LockFile> locks,
    Map<String, Held> since) {}
