/** What a metrics collector asks. */
@NullMarked
package io.nationtech.iot.operator.http;

import org.jspecify.annotations.NullMarked;
