/**
 * Zitadel's side of the device's identity: the token endpoint, the tokens it gives, and what is
 * kept of them on disk.
 */
@NullMarked
package io.nationtech.iot.agent.zitadel;

import org.jspecify.annotations.NullMarked;
