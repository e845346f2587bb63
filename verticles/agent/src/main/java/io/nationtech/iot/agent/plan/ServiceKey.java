package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.Wire;
import java.util.Comparator;

/** One service of one deployment on this device; its text is the container's name. */
public record ServiceKey(String deployment, String service) {
  public static final Comparator<ServiceKey> ORDER =
      Comparator.comparing(ServiceKey::deployment).thenComparing(ServiceKey::service);

  @Override
  public String toString() {
    return Wire.containerName(deployment, service);
  }
}
