/** Decisions of the agent: functions over records, without a clock, a client or a logger. */
@NullMarked
package io.nationtech.iot.agent.plan;

import org.jspecify.annotations.NullMarked;
