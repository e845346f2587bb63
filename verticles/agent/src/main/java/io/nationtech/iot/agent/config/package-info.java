/** The agent's TOML file. */
@NullMarked
package io.nationtech.iot.agent.config;

import org.jspecify.annotations.NullMarked;
