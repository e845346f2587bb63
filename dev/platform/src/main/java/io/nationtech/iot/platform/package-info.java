@NullMarked
package io.nationtech.iot.platform;

import org.jspecify.annotations.NullMarked;
