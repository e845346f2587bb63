package io.nationtech.iot.operator.reconcile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.resource.Key;
import io.nationtech.iot.operator.resource.Metadata;
import io.nationtech.iot.operator.status.Happening;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The custom resources: read from memory, written to Kubernetes. Called on the context only. */
public interface Resources {
  /** The kinds that are reconciled. */
  enum Kind {
    Device,
    DeviceDeployment
  }

  /** What is told of them; only keys: what is so has to be read. */
  interface Listener {
    /** All kinds are known completely, for the first time. */
    void synced();

    void deviceChanged(Key key);

    /** {@code affected}: the devices that it targeted before or targets now. */
    void deploymentChanged(Key key, Collection<String> affected);

    /** {@code uid} is gone for good: somebody deleted it. */
    void deploymentEnded(Key key, String uid, Collection<String> affected);

    /**
     * It is not there any more, though nobody was seen to delete it: while nothing was watched, or
     * because the API server has gone back to an old backup.
     */
    void deploymentVanished(Key key, Collection<String> affected);
  }

  /** Begins to watch; {@code listener} is called on the context. */
  void start(Listener listener);

  Optional<DeviceResource> device(Key key);

  /** The Devices of that name, of all namespaces. */
  List<DeviceResource> claims(String device);

  List<String> deviceNames();

  Optional<DeploymentResource> deployment(Key key);

  /** The deployments that target {@code device}, of all namespaces. */
  List<DeploymentResource> targeting(String device);

  List<Key> deploymentKeys();

  /** Replaces what this operator owns of the status; done as well where the resource is gone. */
  Future<Void> applyStatus(Kind kind, Metadata metadata, ObjectNode status);

  /** Replaces the finalizers of a deployment, where nobody changed it since it was read. */
  Future<Void> setFinalizers(Metadata metadata, List<String> finalizers);

  /** Leaves an event on the resource, as well as it can. */
  void tell(Kind kind, Metadata metadata, Happening happening);

  Future<Void> close();
}
