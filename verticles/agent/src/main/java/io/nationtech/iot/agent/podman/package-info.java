/** podman as the agent's container runtime. */
@NullMarked
package io.nationtech.iot.agent.podman;

import org.jspecify.annotations.NullMarked;
