/** What dev/dist needs real servers for. */
@NullMarked
package io.nationtech.iot.platform.dist;

import org.jspecify.annotations.NullMarked;
