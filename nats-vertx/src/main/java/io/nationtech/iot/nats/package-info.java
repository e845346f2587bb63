@NullMarked
package io.nationtech.iot.nats;

import org.jspecify.annotations.NullMarked;
