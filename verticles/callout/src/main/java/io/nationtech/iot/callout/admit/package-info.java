/** What happens between a token and a decision; knows neither NATS nor HTTP. */
@NullMarked
package io.nationtech.iot.callout.admit;

import org.jspecify.annotations.NullMarked;
