/** Cuts the power of whole devices, at random moments, and looks at what comes back. */
@NullMarked
package io.nationtech.iot.platform.power;

import org.jspecify.annotations.NullMarked;
