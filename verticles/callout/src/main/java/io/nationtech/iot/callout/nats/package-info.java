/**
 * nats-server's questions and the answers to them (ADR-26): keys, boxes and JWTs as NATS writes
 * them.
 */
@NullMarked
package io.nationtech.iot.callout.nats;

import org.jspecify.annotations.NullMarked;
