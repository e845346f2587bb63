/** {@code dev/demo}: the whole platform on one machine, and its story. */
@NullMarked
package io.nationtech.iot.platform.demo;

import org.jspecify.annotations.NullMarked;
