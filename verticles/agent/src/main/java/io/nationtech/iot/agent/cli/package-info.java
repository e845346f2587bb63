/** What a person at the device types: each command finds out for itself, changes nothing. */
@NullMarked
package io.nationtech.iot.agent.cli;

import org.jspecify.annotations.NullMarked;
