package io.nationtech.iot.agent.plan;

/**
 * What a service was made from in the last version of its deployment that was proven as a whole:
 * that is what can be gone back to. A tag may have moved since; an image's id does not.
 */
public record Proven(String spec, String imageId) {}
