@NullMarked
package io.nationtech.iot.e2e;

import org.jspecify.annotations.NullMarked;
