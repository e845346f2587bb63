/**
 * The device agent: makes podman match one desired document, over and over, and reports what is
 * true.
 */
@NullMarked
package io.nationtech.iot.agent;

import org.jspecify.annotations.NullMarked;
