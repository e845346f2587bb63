package io.nationtech.iot.agent.nats;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;

/**
 * Who reports.
 *
 * @param boot new at every start of the machine
 */
public record Self(DeviceId device, String boot, ReportedDocument.Agent agent) {}
