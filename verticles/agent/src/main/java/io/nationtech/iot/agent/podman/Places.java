package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.RuntimeFailure;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0.Network;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.Container;
import io.nationtech.iot.podman.Details;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What has to be there before a container is made: its volumes, and its deployment's network. */
final class Places {
  private final Podman podman;
  private final DeviceId device;

  Places(Podman podman, DeviceId device) {
    this.podman = podman;
    this.device = device;
  }

  Future<Void> provide(ServiceKey key, Service service) {
    return volumes(key, service).compose(there -> network(key, service));
  }

  private Map<String, String> labels(String deployment) {
    return Map.of(Wire.LABEL_DEVICE, device.value(), Wire.LABEL_DEPLOYMENT, deployment);
  }

  private Future<Void> volumes(ServiceKey key, Service service) {
    var labels = labels(key.deployment());
    return Future.all(
            service.storage().volumes().stream()
                .flatMap(volume -> volume.name().stream())
                .map(name -> Wire.volumeName(key.deployment(), name))
                .distinct()
                .map(name -> ours(podman.provideVolume(name, labels), "Volume", name, labels))
                .toList())
        .mapEmpty();
  }

  private Future<Void> network(ServiceKey key, Service service) {
    if (service.networking().network().orElse(Network.bridge) != Network.bridge) {
      return Future.succeededFuture();
    }
    var name = Wire.networkName(key.deployment());
    var labels = labels(key.deployment());
    return ours(podman.provideNetwork(name, labels), "Network", name, labels)
        .compose(there -> podman.list(labels))
        .compose(all -> Future.all(all.stream().map(each -> join(name, each)).toList()))
        .mapEmpty();
  }

  /**
   * What was made before deployments had networks is taken along without a restart, so that a newer
   * service finds it. Rootless podman can't do that; there it joins when it is made anew.
   */
  private Future<Void> join(String network, Container container) {
    var service = container.labels().getOrDefault(Wire.LABEL_SERVICE, "");
    return podman
        .inspect(container.id())
        .compose(
            details ->
                isElsewhere(details, network)
                    ? podman.connect(network, container.id(), service)
                    : Future.<Void>succeededFuture())
        .otherwiseEmpty();
  }

  private static boolean isElsewhere(Details details, String network) {
    var json = details.json();
    var mode = json.getJsonObject("HostConfig", new JsonObject()).getString("NetworkMode", "");
    var networks =
        json.getJsonObject("NetworkSettings", new JsonObject()).getJsonObject("Networks");
    return mode.equals("bridge") && (networks == null || !networks.containsKey(network));
  }

  /** One of that name that no agent made for this deployment is somebody's own. */
  private static Future<Void> ours(
      Future<Map<String, String>> provided, String kind, String name, Map<String, String> labels) {
    return provided.compose(
        there ->
            Objects.equals(there.get(Wire.LABEL_DEPLOYMENT), labels.get(Wire.LABEL_DEPLOYMENT))
                ? Future.succeededFuture()
                : Future.failedFuture(
                    new RuntimeFailure(
                        kind + "NotOurs",
                        "a %s %s that this agent did not make is here: rename it, or the deployment's"
                            .formatted(kind.toLowerCase(Locale.ROOT), name))));
  }

  /** One that is still in use stays until the next time. */
  Future<Void> removeNetworks(Set<String> keptDeployments) {
    return podman
        .networks(Map.of(Wire.LABEL_DEVICE, device.value()))
        .compose(
            networks ->
                Future.all(
                    networks.entrySet().stream()
                        .filter(
                            network ->
                                !keptDeployments.contains(
                                    network.getValue().getOrDefault(Wire.LABEL_DEPLOYMENT, "")))
                        .map(network -> podman.removeNetwork(network.getKey()))
                        .toList()))
        .mapEmpty();
  }
}
