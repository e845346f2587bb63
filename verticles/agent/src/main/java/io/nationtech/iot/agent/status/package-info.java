/** What is said to the person at the device: records and words, without a clock or a file. */
@NullMarked
package io.nationtech.iot.agent.status;

import org.jspecify.annotations.NullMarked;
