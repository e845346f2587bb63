package io.nationtech.iot.platform.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the API server tells of the deployments, and when it told it. */
final class DeploymentWatch implements Watcher<GenericKubernetesResource>, AutoCloseable {
  private record Told(long generation, boolean ready, Instant at) {}

  private final KubernetesClient client;
  private final List<Told> told = new CopyOnWriteArrayList<>();

  /** The resource must have its definition by now. */
  DeploymentWatch(Config config) {
    this.client = new KubernetesClientBuilder().withConfig(config).build();
    client
        .genericKubernetesResources(Wire.API_GROUP + "/" + Wire.API_VERSION, "DeviceDeployment")
        .inNamespace("default")
        .watch(this);
  }

  /** When this generation was Ready. */
  Optional<Instant> ready(long generation) {
    return told.stream()
        .filter(resource -> resource.generation() == generation && resource.ready())
        .map(Told::at)
        .findFirst();
  }

  @Override
  public void eventReceived(Action action, GenericKubernetesResource resource) {
    long generation = resource.getMetadata().getGeneration();
    boolean ready = false;
    for (var condition : status(resource).path("conditions")) {
      ready |=
          condition.path("type").asText().equals("Ready")
              && condition.path("status").asText().equals("True")
              && condition.path("observedGeneration").asLong() == generation;
    }
    told.add(new Told(generation, ready, Instant.now()));
  }

  private JsonNode status(GenericKubernetesResource resource) {
    try {
      return CanonicalJson.parse(client.getKubernetesSerialization().asJson(resource))
          .path("status");
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void onClose(WatcherException cause) {}

  @Override
  public void close() {
    client.close();
  }
}
