package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Tally;
import io.nationtech.iot.codec.ReportedDocument;
import java.util.SortedMap;

/**
 * What one pass of the loop found to be true.
 *
 * @param revision of the desired document this answers, 0 where there is none
 */
public record Observation(
    ReportedDocument.Host host,
    long revision,
    Tally tally,
    SortedMap<String, ReportedDocument.Deployment> deployments) {}
