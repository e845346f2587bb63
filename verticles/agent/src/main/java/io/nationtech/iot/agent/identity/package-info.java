/**
 * Who this device is, decided: what time it is, when a token is asked for anew, and what an
 * identity provider's refusal means. Pure: time, chance and answers are passed in.
 */
@NullMarked
package io.nationtech.iot.agent.identity;

import org.jspecify.annotations.NullMarked;
