package io.nationtech.iot.codec;

import io.nationtech.iot.codec.PodmanV0.Condition;
import io.nationtech.iot.codec.PodmanV0.Dependency;
import io.nationtech.iot.codec.PodmanV0.RestartPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether the services of a deployment can ever be started in the order they ask for. */
final class Dependencies {
  private final Map<String, Service> services = new LinkedHashMap<>();

  private Dependencies(List<Service> all) {
    all.forEach(service -> services.put(service.name(), service));
  }

  static void check(List<Service> services) throws MalformedDocumentException {
    var dependencies = new Dependencies(services);
    for (int at = 0; at < services.size(); at++) {
      var needs = services.get(at).dependsOn();
      for (int n = 0; n < needs.size(); n++) {
        dependencies.check("score.data.services[" + at + "].dependsOn[" + n + "]", needs.get(n));
      }
    }
    dependencies.checkCircles(services);
  }

  private void check(String path, Dependency dependency) throws MalformedDocumentException {
    var other = services.get(dependency.service());
    if (other == null) {
      throw new MalformedDocumentException(
          path + ".service '" + dependency.service() + "' is no service of this deployment");
    }
    if (dependency.condition() == Condition.Healthy && other.healthcheck().isEmpty()) {
      throw new MalformedDocumentException(
          path + ".condition Healthy never comes: '" + other.name() + "' has no healthcheck");
    }
    if (dependency.condition() == Condition.Completed
        && other.restartPolicy().orElse(RestartPolicy.Always) == RestartPolicy.Always) {
      throw new MalformedDocumentException(
          path + ".condition Completed never comes: '" + other.name() + "' is to run always");
    }
  }

  /** Takes away what waits for nobody until nothing goes; what is left waits for itself. */
  private void checkCircles(List<Service> all) throws MalformedDocumentException {
    var left = new LinkedHashMap<>(services);
    boolean gone = true;
    while (gone) {
      gone = left.values().removeIf(service -> next(service, left) == null);
    }
    if (!left.isEmpty()) {
      var circle = circle(left);
      throw new MalformedDocumentException(
          "score.data.services[%d].dependsOn goes in a circle: %s"
              .formatted(all.indexOf(services.get(circle.getFirst())), String.join(", ", circle)));
    }
  }

  private static @Nullable String next(Service service, Map<String, Service> left) {
    return service.dependsOn().stream()
        .map(Dependency::service)
        .filter(left::containsKey)
        .findFirst()
        .orElse(null);
  }

  private static List<String> circle(Map<String, Service> left) {
    var way = new ArrayList<String>();
    @Nullable String at = left.keySet().iterator().next();
    while (at != null && !way.contains(at)) {
      way.add(at);
      at = next(Objects.requireNonNull(left.get(at)), left);
    }
    var circle = new ArrayList<>(way.subList(way.indexOf(at), way.size()));
    circle.add(circle.getFirst());
    return circle;
  }
}
