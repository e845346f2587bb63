/** Finds the connections of one device or person at every server, and closes them. */
@NullMarked
package io.nationtech.iot.callout.kick;

import org.jspecify.annotations.NullMarked;
