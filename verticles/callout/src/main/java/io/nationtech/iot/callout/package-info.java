@NullMarked
package io.nationtech.iot.callout;

import org.jspecify.annotations.NullMarked;
