package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.Wire;
import java.util.Comparator;
import java.util.regex.Pattern;

/** One service of one deployment on this device; its text is the container's name. */
public record ServiceKey(String deployment, String service) {
  public static final Comparator<ServiceKey> ORDER =
      Comparator.comparing(ServiceKey::deployment).thenComparing(ServiceKey::service);

  /** After the service's name: a container beside the one that it is to replace. */
  private static final String NEXT = ".next";

  /** What the {@code n}th container beside the service's own is called, from 1. */
  public String next(int n) {
    return this + NEXT + (n == 1 ? "" : n);
  }

  boolean isSibling(ServiceKey other) {
    return deployment.equals(other.deployment);
  }

  /** Whether this agent calls a container of this service so. */
  public boolean names(String container) {
    return container.equals(toString())
        || container.matches(Pattern.quote(next(1)) + "([1-9][0-9]*)?");
  }

  @Override
  public String toString() {
    return Wire.containerName(deployment, service);
  }
}
