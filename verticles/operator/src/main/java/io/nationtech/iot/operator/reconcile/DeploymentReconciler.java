package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.operator.desired.Desired;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeploymentResource.Target;
import io.nationtech.iot.operator.resource.Key;
import io.nationtech.iot.operator.status.Connection;
import io.nationtech.iot.operator.status.DeploymentStatus;
import io.nationtech.iot.operator.status.DeploymentStatus.Member;
import io.nationtech.iot.operator.status.DeploymentStatus.Place;
import io.nationtech.iot.operator.status.Standing;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one DeviceDeployment's finalizer and status to what they must be. */
final class DeploymentReconciler {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentReconciler.class);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final String cluster;
  private final Resources resources;
  private final Fleet fleet;
  private final Statuses statuses;

  DeploymentReconciler(String cluster, Resources resources, Fleet fleet, Statuses statuses) {
    this.cluster = cluster;
    this.resources = resources;
    this.fleet = fleet;
    this.statuses = statuses;
  }

  Future<Optional<Duration>> reconcile(Key key) {
    var found = resources.deployment(key);
    if (found.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    var deployment = found.get();
    return deployment.metadata().deleting() ? end(deployment) : keep(deployment);
  }

  private Future<Optional<Duration>> keep(DeploymentResource deployment) {
    return addFinalizer(deployment).compose(done -> applyStatus(deployment, List.of()));
  }

  private Future<Void> addFinalizer(DeploymentResource deployment) {
    if (deployment.hasFinalizer()) {
      return Future.succeededFuture();
    }
    var finalizers = new ArrayList<>(deployment.metadata().finalizers());
    finalizers.add(Wire.FINALIZER);
    return resources.setFinalizers(deployment.metadata(), finalizers);
  }

  private Future<Optional<Duration>> end(DeploymentResource deployment) {
    fleet.ended(deployment.metadata().uid());
    if (!deployment.hasFinalizer()) {
      return Future.succeededFuture(Optional.empty());
    }
    if (deployment.forceDelete()) {
      return letGo(deployment);
    }
    if (!allLookedAt(deployment, members(deployment))) {
      return Future.succeededFuture(Optional.of(LOOK_AGAIN));
    }
    var holding = holding(deployment);
    return holding.isEmpty() ? letGo(deployment) : applyStatus(deployment, holding);
  }

  private Future<Optional<Duration>> letGo(DeploymentResource deployment) {
    var finalizers = new ArrayList<>(deployment.metadata().finalizers());
    finalizers.remove(Wire.FINALIZER);
    return resources
        .setFinalizers(deployment.metadata(), finalizers)
        .onSuccess(
            done ->
                LOG.info(
                    "deployment '{}': gone, {}",
                    deployment.key(),
                    deployment.forceDelete()
                        ? "by " + Wire.ANNOTATION_FORCE_DELETE
                        : "every connected device has let go"))
        .map(Optional.empty());
  }

  /** The devices that are there and still have it, by their document or by their own word. */
  private List<String> holding(DeploymentResource deployment) {
    return members(deployment).stream()
        .filter(device -> place(deployment, device).isOurs())
        .filter(device -> has(deployment, device))
        .toList();
  }

  private boolean has(DeploymentResource deployment, String device) {
    var uid = deployment.metadata().uid();
    var name = deployment.key().name();
    boolean written =
        fleet
            .desired(device)
            .map(document -> document.deployments().get(name))
            .filter(entry -> entry.uid().equals(uid))
            .isPresent();
    boolean reachable = !(fleet.connection(device) instanceof Connection.Offline);
    // An offline device lets go when it is back: its document no longer has the deployment.
    return written
        || (reachable && observed(device, name).filter(o -> o.uid().equals(uid)).isPresent());
  }

  /** Those that may have it. */
  private Set<String> members(DeploymentResource deployment) {
    return switch (deployment.target()) {
      case Target.Devices devices -> devices.names();
      case Target.NotSupported other -> new TreeSet<>(resources.deviceNames());
    };
  }

  /** Those that are to have it, as far as this version can tell. */
  private static Set<String> targeted(DeploymentResource deployment) {
    return switch (deployment.target()) {
      case Target.Devices devices -> devices.names();
      case Target.NotSupported other -> Set.of();
    };
  }

  private Future<Optional<Duration>> applyStatus(
      DeploymentResource deployment, List<String> holding) {
    var devices = targeted(deployment);
    if (!allLookedAt(deployment, devices)) {
      // Whoever looks at the device asks for this again.
      return Future.succeededFuture(Optional.empty());
    }
    var pause = statuses.pause(deployment.metadata(), fleet.now());
    if (pause.isPresent()) {
      return Future.succeededFuture(pause);
    }
    var previous = statuses.previous(deployment.metadata(), deployment.status());
    var members = devices.stream().map(device -> member(deployment, device)).toList();
    var status =
        DeploymentStatus.of(
            new DeploymentStatus.Facts(deployment, previous, members, holding, fleet.now()));
    return statuses
        .apply(Kind.DeviceDeployment, deployment.metadata(), previous, status, fleet.now())
        .map(Optional.empty());
  }

  /**
   * Before, nothing is known of what the devices run, and a restart would say that none is ready.
   */
  private boolean allLookedAt(DeploymentResource deployment, Set<String> devices) {
    var namespace = deployment.key().namespace();
    return devices.stream()
        .filter(device -> resources.device(new Key(namespace, device)).isPresent())
        .allMatch(fleet::knows);
  }

  private Member member(DeploymentResource deployment, String device) {
    return new Member(
        device,
        place(deployment, device),
        fleet.connection(device) instanceof Connection.Offline,
        observed(device, deployment.key().name()));
  }

  private Place place(DeploymentResource deployment, String device) {
    var namespace = deployment.key().namespace();
    if (resources.device(new Key(namespace, device)).isEmpty()) {
      return Place.Missing;
    }
    return fleet
        .standing(device, Desired.owner(cluster, namespace))
        .map(
            standing ->
                switch (standing) {
                  case Standing.Held held -> Place.Present;
                  case Standing.Refused refused -> Place.Refused;
                  case Standing.TooLarge large -> Place.TooLarge;
                  case Standing.Stopped stopped -> Place.Stopped;
                })
        .orElse(Place.Present);
  }

  private Optional<ReportedDocument.Deployment> observed(String device, String name) {
    return fleet.report(device).said().map(report -> report.deployments().get(name));
  }
}
