package io.nationtech.iot.agent.plan;

import java.util.Set;

/**
 * An image on this machine.
 *
 * @param names whole, none where a newer image has taken the last of them
 * @param size bytes, layers that it shares with others included
 */
public record StoredImage(String id, Set<String> names, long size) {}
