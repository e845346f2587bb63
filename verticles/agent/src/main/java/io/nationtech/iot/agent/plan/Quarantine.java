package io.nationtech.iot.agent.plan;

/**
 * A version that was rolled back: it is not tried again until another one, or a retry, comes.
 *
 * @param version uid, retry and score as one string
 */
public record Quarantine(String version, String message) {}
