@NullMarked
package io.nationtech.iot.operator;

import org.jspecify.annotations.NullMarked;
