/** The real servers, started the same way for tests, benchmarks and the demo. */
@NullMarked
package io.nationtech.iot.platform;

import org.jspecify.annotations.NullMarked;
