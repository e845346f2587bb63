/** A reactive client of podman's own API (libpod) over its Unix socket. */
@NullMarked
package io.nationtech.iot.podman;

import org.jspecify.annotations.NullMarked;
