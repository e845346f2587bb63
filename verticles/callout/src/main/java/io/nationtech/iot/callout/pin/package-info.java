/** The bucket of pins, kept in memory. */
@NullMarked
package io.nationtech.iot.callout.pin;

import org.jspecify.annotations.NullMarked;
