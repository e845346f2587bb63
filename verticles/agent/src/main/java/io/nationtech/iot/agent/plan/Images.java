package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.Map;
import java.util.Set;

/**
 * How far the images of what is still to be made have come.
 *
 * @param pulled an image's id, by the service and the spec that it was provided for
 * @param pulling services with a pull under way
 */
public record Images(Map<Attempt, String> pulled, Set<ServiceKey> pulling) {
  boolean here(ServiceKey key, Service service) {
    return pulled.containsKey(new Attempt(key, service.spec()));
  }
}
