/**
 * NATS on a Vert.x context: a connection that comes back for ever, and the few calls this platform
 * makes.
 */
@NullMarked
package io.nationtech.iot.nats;

import org.jspecify.annotations.NullMarked;
