package io.nationtech.iot.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import io.nationtech.iot.operator.resource.Key;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All resources of one kind, as an informer keeps them, read as {@code T} when asked for. */
final class Watched<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  private record Read<T>(String resourceVersion, T value) {}

  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final Function<JsonNode, T> reader;
  private final Map<Key, Read<T>> read = new HashMap<>();

  Watched(
      KubernetesClient client,
      Kind kind,
      Optional<String> namespace,
      Map<String, Function<GenericKubernetesResource, List<String>>> indexers,
      Function<JsonNode, T> reader) {
    this.reader = reader;
    var all = client.genericKubernetesResources(Api.context(kind));
    this.informer =
        (namespace.isPresent() ? all.inNamespace(namespace.get()) : all.inAnyNamespace())
            .runnableInformer(0)
            .addIndexers(indexers)
            .exceptionHandler(
                (started, e) -> {
                  LOG.warn("Kubernetes: {} can't be watched, tried again: {}", kind, brief(e));
                  return true;
                });
  }

  private static String brief(Throwable e) {
    var text = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return text.length() <= 200 ? text : text.substring(0, 200);
  }

  void start(ResourceEventHandler<GenericKubernetesResource> handler) {
    informer.addEventHandler(handler).start();
  }

  boolean synced() {
    return informer.hasSynced();
  }

  void stop() {
    informer.stop();
  }

  Optional<T> get(Key key) {
    return Optional.ofNullable(informer.getStore().getByKey(key.toString())).flatMap(this::read);
  }

  List<T> byIndex(String index, String value) {
    return informer.getIndexer().byIndex(index, value).stream()
        .map(this::read)
        .flatMap(Optional::stream)
        .toList();
  }

  List<Key> keys() {
    return informer.getStore().list().stream().map(Watched::key).toList();
  }

  void forget(Key key) {
    read.remove(key);
  }

  static Key key(GenericKubernetesResource resource) {
    var metadata = resource.getMetadata();
    return new Key(metadata.getNamespace(), metadata.getName());
  }

  private Optional<T> read(GenericKubernetesResource resource) {
    var key = key(resource);
    var version = resource.getMetadata().getResourceVersion();
    var last = read.get(key);
    if (last != null && Objects.equals(last.resourceVersion(), version)) {
      return Optional.of(last.value());
    }
    try {
      // fabric8 writes its own models; what it wrote is read as it came.
      var value = reader.apply(CanonicalJson.parse(Serialization.asJson(resource)));
      read.put(key, new Read<>(version, value));
      return Optional.of(value);
    } catch (MalformedDocumentException e) {
      LOG.warn("Kubernetes: '{}' {}", key, e.getMessage());
      return Optional.empty();
    }
  }
}
