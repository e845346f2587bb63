/** The policy file. */
@NullMarked
package io.nationtech.iot.callout.policy;

import org.jspecify.annotations.NullMarked;
