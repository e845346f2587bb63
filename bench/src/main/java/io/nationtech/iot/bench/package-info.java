@NullMarked
package io.nationtech.iot.bench;

import org.jspecify.annotations.NullMarked;
