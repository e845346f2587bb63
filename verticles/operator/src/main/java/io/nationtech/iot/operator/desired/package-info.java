/** What each device must run, as a pure function of resources and of the document it has. */
@NullMarked
package io.nationtech.iot.operator.desired;

import org.jspecify.annotations.NullMarked;
