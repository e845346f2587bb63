/** What a metrics collector asks. */
@NullMarked
package io.nationtech.iot.callout.http;

import org.jspecify.annotations.NullMarked;
