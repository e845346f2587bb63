package io.nationtech.iot.platform.power;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What came back after one kill.
 *
 * @param recovered from the agent's start until all that was proven before ran
 * @param firstStart from the agent's start to podman's time of the first start after it; empty
 *     where nothing had to be started
 * @param lost workloads that were proven before and did not come back
 * @param usedCopyBefore a state file was damaged, and the copy before it served
 * @param problems sentences; none where all was well
 */
public record Outcome(
    Cut cut,
    Duration recovered,
    Optional<Duration> firstStart,
    int lost,
    boolean usedCopyBefore,
    List<String> problems) {}
