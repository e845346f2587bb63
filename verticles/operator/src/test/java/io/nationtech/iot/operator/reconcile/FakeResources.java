package io.nationtech.iot.operator.reconcile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeploymentResource.Target;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.resource.Given;
import io.nationtech.iot.operator.resource.Key;
import io.nationtech.iot.operator.resource.Metadata;
import io.nationtech.iot.operator.status.Condition;
import io.nationtech.iot.operator.status.Happening;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API server as a map. */
final class FakeResources implements Resources {
  final Map<Key, DeviceResource> devices = new LinkedHashMap<>();
  final Map<Key, DeploymentResource> deployments = new LinkedHashMap<>();

  /** {@code name: Type=Status/Reason}, as written. */
  final List<String> told = new ArrayList<>();

  /** Whether statuses are refused, as those of what the CRD would not let in. */
  boolean refusesStatuses;

  private @Nullable Listener listener;

  @Override
  public void start(Listener told) {
    listener = told;
  }

  Listener listener() {
    return Objects.requireNonNull(listener);
  }

  void put(DeviceResource device) {
    devices.put(device.key(), device);
    listener().deviceChanged(device.key());
  }

  void put(DeploymentResource deployment) {
    var before = deployments.put(deployment.key(), deployment);
    var affected = new ArrayList<>(targets(deployment));
    affected.addAll(before == null ? Set.of() : targets(before));
    listener().deploymentChanged(deployment.key(), affected);
  }

  void removeDevice(Key key) {
    devices.remove(key);
    listener().deviceChanged(key);
  }

  @Override
  public Optional<DeviceResource> device(Key key) {
    return Optional.ofNullable(devices.get(key));
  }

  @Override
  public List<DeviceResource> claims(String device) {
    return devices.values().stream().filter(d -> d.key().name().equals(device)).toList();
  }

  @Override
  public List<String> deviceNames() {
    return devices.keySet().stream().map(Key::name).distinct().toList();
  }

  @Override
  public Optional<DeploymentResource> deployment(Key key) {
    return Optional.ofNullable(deployments.get(key));
  }

  @Override
  public List<DeploymentResource> targeting(String device) {
    return deployments.values().stream().filter(d -> d.targets(device)).toList();
  }

  @Override
  public List<Key> deploymentKeys() {
    return List.copyOf(deployments.keySet());
  }

  @Override
  public Future<Void> applyStatus(Kind kind, Metadata metadata, ObjectNode status) {
    if (refusesStatuses) {
      return Future.failedFuture("invalid");
    }
    for (var condition : status.path("conditions")) {
      told.add(
          "%s: %s=%s/%s"
              .formatted(
                  metadata.key().name(),
                  condition.path("type").asText(),
                  condition.path("status").asText(),
                  condition.path("reason").asText()));
    }
    var copy = Given.json(status.toString());
    devices.computeIfPresent(
        metadata.key(),
        (key, d) ->
            kind == Kind.Device
                ? new DeviceResource(d.metadata(), d.paused(), d.identity(), d.badIdentity(), copy)
                : d);
    deployments.computeIfPresent(
        metadata.key(),
        (key, d) ->
            kind == Kind.DeviceDeployment
                ? new DeploymentResource(d.metadata(), d.target(), d.update(), d.score(), copy)
                : d);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> setFinalizers(Metadata metadata, List<String> finalizers) {
    var changed =
        Given.finalized(
            Objects.requireNonNull(deployments.get(metadata.key())),
            finalizers.toArray(String[]::new));
    if (finalizers.isEmpty() && metadata.deleting()) {
      vanish(metadata.key(), true);
    } else {
      deployments.put(metadata.key(), changed);
    }
    return Future.succeededFuture();
  }

  /** A deployment is gone; {@code seen}: by somebody's wish. */
  void vanish(Key key, boolean seen) {
    var gone = deployments.remove(key);
    if (gone != null && seen) {
      listener().deploymentEnded(key, gone.metadata().uid(), targets(gone));
    } else if (gone != null) {
      listener().deploymentVanished(key, targets(gone));
    }
  }

  @Override
  public void tell(Kind kind, Metadata metadata, Happening happening) {
    told.add(metadata.key().name() + "! " + happening.reason());
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }

  /** {@code Status/Reason} of a deployment's condition. */
  String condition(Key key, String type) {
    return deployment(key)
        .flatMap(d -> Condition.find(d.status(), type))
        .map(c -> c.path("status").asText() + "/" + c.path("reason").asText())
        .orElse("");
  }

  /** {@code Status/Reason} of a Device's condition. */
  String deviceCondition(Key key, String type) {
    return device(key)
        .flatMap(d -> Condition.find(d.status(), type))
        .map(c -> c.path("status").asText() + "/" + c.path("reason").asText())
        .orElse("");
  }

  private static Collection<String> targets(DeploymentResource deployment) {
    return switch (deployment.target()) {
      case Target.Devices named -> named.names();
      case Target.NotSupported other -> Set.of();
    };
  }
}
