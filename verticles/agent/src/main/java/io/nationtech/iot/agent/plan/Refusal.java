package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.ReportedDocument.Phase;

/** A deployment that is not carried out here; what ran before runs on. */
public record Refusal(Phase phase, String reason, String message) {}
