/** What each resource's status says, as a pure function of what is known. */
@NullMarked
package io.nationtech.iot.operator.status;

import org.jspecify.annotations.NullMarked;
