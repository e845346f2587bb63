/**
 * NATS on a Vert.x context: a connection that comes back for ever, the few calls this platform
 * makes, and which certificates are believed while the clock may be wrong.
 */
@NullMarked
package io.nationtech.iot.nats;

import org.jspecify.annotations.NullMarked;
