/** {@code dev/enrol}: from a name to a device that may sign in. */
@NullMarked
package io.nationtech.iot.platform.enrol;

import org.jspecify.annotations.NullMarked;
