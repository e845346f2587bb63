package io.nationtech.iot.operator.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.nationtech.iot.operator.reconcile.Observer;
import io.nationtech.iot.operator.reconcile.Observer.Outcome;
import io.nationtech.iot.operator.reconcile.Observer.Target;
import io.nationtech.iot.operator.reconcile.Resources;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.resource.Key;
import io.nationtech.iot.operator.resource.Metadata;
import io.nationtech.iot.operator.status.Happening;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The custom resources by fabric8: informers tell only keys, writes are done on a worker. */
public final class KubernetesResources implements Resources {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesResources.class);
  private static final String BY_NAME = "name";
  private static final String BY_DEVICE = "device";
  private static final long SYNC_POLL_MS = 50;
  private static final int WORKERS = 8;

  private final Vertx vertx;
  private final Context context;
  private final WorkerExecutor worker;
  private final KubernetesClient client;
  private final Writer writer;
  private final Observer observer;
  private final Watched<DeviceResource> devices;
  private final Watched<DeploymentResource> deployments;

  /** To be made on the context that it is used on; closes {@code client} with itself. */
  public KubernetesResources(
      Vertx vertx, KubernetesClient client, Optional<String> namespace, Observer observer) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.worker = vertx.createSharedWorkerExecutor("kubernetes", WORKERS, 60, TimeUnit.SECONDS);
    this.client = client;
    this.writer = new Writer(client);
    this.observer = observer;
    this.devices =
        new Watched<>(
            client,
            Kind.Device,
            namespace,
            Map.of(BY_NAME, resource -> List.of(resource.getMetadata().getName())),
            DeviceResource::of);
    this.deployments =
        new Watched<>(
            client,
            Kind.DeviceDeployment,
            namespace,
            Map.of(BY_DEVICE, KubernetesResources::targets),
            DeploymentResource::of);
  }

  private static List<String> targets(GenericKubernetesResource deployment) {
    List<String> names = deployment.get("spec", "target", "devices");
    return names == null ? List.of() : names;
  }

  @Override
  public void start(Listener listener) {
    devices.start(new DeviceHandler(listener));
    deployments.start(new DeploymentHandler(listener));
    vertx.setPeriodic(
        SYNC_POLL_MS,
        timer -> {
          if (devices.synced() && deployments.synced()) {
            vertx.cancelTimer(timer);
            listener.synced();
          }
        });
  }

  @Override
  public Optional<DeviceResource> device(Key key) {
    return devices.get(key);
  }

  @Override
  public List<DeviceResource> claims(String device) {
    return devices.byIndex(BY_NAME, device);
  }

  @Override
  public List<String> deviceNames() {
    return devices.keys().stream().map(Key::name).distinct().toList();
  }

  @Override
  public Optional<DeploymentResource> deployment(Key key) {
    return deployments.get(key);
  }

  @Override
  public List<DeploymentResource> targeting(String device) {
    return deployments.byIndex(BY_DEVICE, device);
  }

  @Override
  public List<Key> deploymentKeys() {
    return deployments.keys();
  }

  @Override
  public Future<Void> applyStatus(Kind kind, Metadata metadata, ObjectNode status) {
    return blocking(Target.Status, () -> writer.applyStatus(kind, metadata, status));
  }

  @Override
  public Future<Void> setFinalizers(Metadata metadata, List<String> finalizers) {
    return blocking(Target.Finalizers, () -> writer.setFinalizers(metadata, finalizers));
  }

  @Override
  public void tell(Kind kind, Metadata metadata, Happening happening) {
    blocking(Target.Event, () -> writer.tell(kind, metadata, happening))
        .onFailure(e -> LOG.debug("an event on {} '{}' was lost", kind, metadata.key(), e));
  }

  @Override
  public Future<Void> close() {
    return worker
        .executeBlocking(
            () -> {
              devices.stop();
              deployments.stop();
              client.close();
              return true;
            })
        .eventually(worker::close)
        .mapEmpty();
  }

  private Future<Void> blocking(Target target, Runnable call) {
    return worker
        .executeBlocking(
            () -> {
              call.run();
              return true;
            },
            false)
        .onSuccess(done -> observer.wrote(target, Outcome.Done))
        .onFailure(e -> observer.wrote(target, conflict(e) ? Outcome.Conflict : Outcome.Failed))
        .mapEmpty();
  }

  private static boolean conflict(Throwable e) {
    return e instanceof KubernetesClientException answer
        && answer.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  private void later(Runnable told) {
    context.runOnContext(go -> told.run());
  }

  /** Whether anything but status and bookkeeping differs. */
  private static boolean intentChanged(
      GenericKubernetesResource before, GenericKubernetesResource after) {
    var old = before.getMetadata();
    var now = after.getMetadata();
    return !Objects.equals(old.getUid(), now.getUid())
        || !Objects.equals(old.getGeneration(), now.getGeneration())
        || !Objects.equals(old.getAnnotations(), now.getAnnotations())
        || !Objects.equals(old.getDeletionTimestamp(), now.getDeletionTimestamp());
  }

  private final class DeviceHandler implements ResourceEventHandler<GenericKubernetesResource> {
    private final Listener listener;

    DeviceHandler(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onAdd(GenericKubernetesResource added) {
      changed(added);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      if (intentChanged(before, after)) {
        changed(after);
      }
    }

    @Override
    public void onDelete(GenericKubernetesResource deleted, boolean unknown) {
      later(() -> devices.forget(Watched.key(deleted)));
      changed(deleted);
    }

    private void changed(GenericKubernetesResource resource) {
      later(() -> listener.deviceChanged(Watched.key(resource)));
    }
  }

  private final class DeploymentHandler implements ResourceEventHandler<GenericKubernetesResource> {
    private final Listener listener;

    DeploymentHandler(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onAdd(GenericKubernetesResource added) {
      later(() -> listener.deploymentChanged(Watched.key(added), targets(added)));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      if (!Objects.equals(before.getMetadata().getUid(), after.getMetadata().getUid())) {
        // Deleted and made again while nothing was watched.
        later(() -> listener.deploymentVanished(Watched.key(before), targets(before)));
      }
      if (intentChanged(before, after)) {
        later(() -> listener.deploymentChanged(Watched.key(after), both(before, after)));
      } else if (!Objects.equals(
          before.getMetadata().getFinalizers(), after.getMetadata().getFinalizers())) {
        later(() -> listener.deploymentChanged(Watched.key(after), List.of()));
      }
    }

    @Override
    public void onDelete(GenericKubernetesResource deleted, boolean unknown) {
      var key = Watched.key(deleted);
      var affected = targets(deleted);
      later(() -> deployments.forget(key));
      // The informer missed the deletion and found the deployment absent when it listed all again.
      if (unknown) {
        later(() -> listener.deploymentVanished(key, affected));
      } else {
        later(() -> listener.deploymentEnded(key, deleted.getMetadata().getUid(), affected));
      }
    }

    private Collection<String> both(
        GenericKubernetesResource before, GenericKubernetesResource after) {
      var all = new TreeSet<>(targets(before));
      all.addAll(targets(after));
      return all;
    }
  }
}
