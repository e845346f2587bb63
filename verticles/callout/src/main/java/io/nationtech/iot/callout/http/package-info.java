/** What a probe and a metrics collector ask. */
@NullMarked
package io.nationtech.iot.callout.http;

import org.jspecify.annotations.NullMarked;
