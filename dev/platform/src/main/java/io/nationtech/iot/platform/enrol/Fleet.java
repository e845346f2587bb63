package io.nationtech.iot.platform.enrol;

import java.net.URI;

/**
 * Whose devices these are.
 *
 * @param issuer the identity provider
 * @param project whose role admits
 * @param organisation that has the service accounts, and grants the role
 * @param role that the callout's policy maps to devices
 */
public record Fleet(URI issuer, String project, String organisation, String role) {}
