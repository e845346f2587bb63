/** The loop that carries plans out, and the ports it does that through. */
@NullMarked
package io.nationtech.iot.agent.reconcile;

import org.jspecify.annotations.NullMarked;
