/** What the agent keeps on disk. */
@NullMarked
package io.nationtech.iot.agent.store;

import org.jspecify.annotations.NullMarked;
