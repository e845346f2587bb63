/** The identity provider's keys, in memory. */
@NullMarked
package io.nationtech.iot.callout.jwks;

import org.jspecify.annotations.NullMarked;
