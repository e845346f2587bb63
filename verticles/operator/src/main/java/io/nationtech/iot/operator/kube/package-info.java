/** Kubernetes behind the ports of reconcile. */
@NullMarked
package io.nationtech.iot.operator.kube;

import org.jspecify.annotations.NullMarked;
