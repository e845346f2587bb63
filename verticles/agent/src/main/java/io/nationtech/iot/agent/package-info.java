@NullMarked
package io.nationtech.iot.agent;

import org.jspecify.annotations.NullMarked;
