/** Decides and does, key by key; ports to Kubernetes and NATS. */
@NullMarked
package io.nationtech.iot.operator.reconcile;

import org.jspecify.annotations.NullMarked;
