package io.nationtech.iot.agent.config;

/**
 * One setting, as it counts.
 *
 * @param origin the file's name, {@code default}, or the environment variable
 * @param value never a secret
 */
public record Explained(String key, String origin, String value) {}
