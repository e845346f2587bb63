/** Who is let in, as whom and with what: functions over records, the time passed in. */
@NullMarked
package io.nationtech.iot.callout.decide;

import org.jspecify.annotations.NullMarked;
