package io.nationtech.iot.podman;

/** One piece of what a container wrote; {@code error} tells standard error from standard output. */
public record LogLine(boolean error, String text) {}
