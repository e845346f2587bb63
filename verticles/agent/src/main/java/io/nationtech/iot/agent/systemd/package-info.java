/** What the machine's service manager is told. */
@NullMarked
package io.nationtech.iot.agent.systemd;

import org.jspecify.annotations.NullMarked;
