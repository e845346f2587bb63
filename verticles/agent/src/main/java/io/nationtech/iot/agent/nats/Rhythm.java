package io.nationtech.iot.agent.nats;

import java.time.Duration;

/**
 * What the agent says while nothing happens.
 *
 * @param heartbeat between two heartbeats; they carry it, and who listens goes by that
 * @param certainty after how long both documents are exchanged again, whatever was heard
 */
public record Rhythm(Duration heartbeat, Duration certainty) {}
