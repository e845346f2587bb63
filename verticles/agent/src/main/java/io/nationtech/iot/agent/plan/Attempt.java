package io.nationtech.iot.agent.plan;

/**
 * What can fail and is then tried again later: to run a spec, or to do away with one container.
 *
 * @param what a spec, or a container's id
 */
public record Attempt(ServiceKey key, String what) {}
