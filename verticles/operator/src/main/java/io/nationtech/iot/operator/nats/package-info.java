/** NATS behind the ports of reconcile. */
@NullMarked
package io.nationtech.iot.operator.nats;

import org.jspecify.annotations.NullMarked;
