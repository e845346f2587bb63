/** The agent's side of NATS: what it reads and what it says. */
@NullMarked
package io.nationtech.iot.agent.nats;

import org.jspecify.annotations.NullMarked;
