/** Signatures of tokens. */
@NullMarked
package io.nationtech.iot.callout.token;

import org.jspecify.annotations.NullMarked;
