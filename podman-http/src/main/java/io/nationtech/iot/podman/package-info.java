@NullMarked
package io.nationtech.iot.podman;

import org.jspecify.annotations.NullMarked;
