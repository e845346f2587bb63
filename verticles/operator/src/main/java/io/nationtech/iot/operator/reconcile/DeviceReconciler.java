package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.operator.desired.Decision;
import io.nationtech.iot.operator.desired.Desired;
import io.nationtech.iot.operator.desired.Stored;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.resource.Key;
import io.nationtech.iot.operator.status.DeviceStatus;
import io.nationtech.iot.operator.status.Report;
import io.nationtech.iot.operator.status.Standing;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one device's document and its Devices' statuses to what they must be. */
final class DeviceReconciler {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceReconciler.class);

  private final String cluster;
  private final Resources resources;
  private final Documents documents;
  private final Fleet fleet;
  private final Statuses statuses;
  private final Brake brake;
  private final Pins pins;

  DeviceReconciler(
      String cluster,
      Resources resources,
      Documents documents,
      Fleet fleet,
      Statuses statuses,
      Brake brake) {
    this.cluster = cluster;
    this.resources = resources;
    this.documents = documents;
    this.fleet = fleet;
    this.statuses = statuses;
    this.brake = brake;
    this.pins = new Pins(resources, documents);
  }

  Future<Optional<Duration>> reconcile(String device) {
    if (resources.claims(device).isEmpty()) {
      fleet.forget(device);
      brake.release(device);
      return Future.succeededFuture(Optional.empty());
    }
    return Future.all(documents.desired(device), readReport(device))
        .compose(read -> perform(device, read.resultAt(0)))
        .compose(done -> bringPin(device))
        .compose(done -> applyStatuses(device));
  }

  private Desired.Facts facts(String device, Stored stored) {
    return new Desired.Facts(
        cluster,
        new DeviceId(device),
        resources.claims(device),
        deployments(device, stored),
        stored,
        fleet.memory(device),
        fleet.ended(),
        fleet.now());
  }

  /** Those that target the device, and those in its document, to know why they would end. */
  private List<DeploymentResource> deployments(String device, Stored stored) {
    var all = new HashMap<Key, DeploymentResource>();
    resources.targeting(device).forEach(deployment -> all.put(deployment.key(), deployment));
    var written =
        stored instanceof Stored.Known known
            ? Optional.of(known.document())
            : fleet.memory(device).document();
    written.stream()
        .flatMap(DeviceReconciler::deploymentKeys)
        .map(resources::deployment)
        .flatMap(Optional::stream)
        .forEach(deployment -> all.putIfAbsent(deployment.key(), deployment));
    return List.copyOf(all.values());
  }

  private static Stream<Key> deploymentKeys(DesiredDocument document) {
    var namespace = document.owner().substring(document.owner().lastIndexOf('/') + 1);
    return document.deployments().keySet().stream().map(name -> new Key(namespace, name));
  }

  private Future<Void> perform(String device, Stored stored) {
    var facts = facts(device, stored);
    return switch (Desired.decide(facts)) {
      case Decision.Unclaimed unclaimed -> Future.succeededFuture();
      case Decision.Foreign foreign -> {
        fleet.belongsTo(device, foreign.owner());
        brake.release(device);
        yield Future.succeededFuture();
      }
      case Decision.Keep keep -> {
        fleet.holds(device, keep.document());
        brake.release(device);
        yield Future.succeededFuture();
      }
      case Decision.TooLarge large -> {
        tooLarge(facts, large);
        yield Future.succeededFuture();
      }
      case Decision.Write write when !write.unexplained().isEmpty() && brake.holds(device) -> {
        notWritten(facts, write.document().owner(), brake.verdict());
        yield Future.succeededFuture();
      }
      case Decision.Write write -> write(device, stored, write);
    };
  }

  private void tooLarge(Desired.Facts facts, Decision.TooLarge large) {
    var device = facts.device().value();
    Standing trouble = new Standing.TooLarge(large.bytes());
    if (!fleet.standing(device, large.owner()).equals(Optional.of(trouble))) {
      LOG.warn(
          "device '{}': keeps its document, the new one would be {} bytes", device, large.bytes());
    }
    brake.release(device);
    notWritten(facts, large.owner(), Optional.of(trouble));
  }

  /** The device goes on with the document that it has. */
  private void notWritten(Desired.Facts facts, String owner, Optional<Standing> trouble) {
    var device = facts.device().value();
    facts.last().ifPresent(document -> fleet.holds(device, document));
    trouble.ifPresent(standing -> fleet.troubled(device, owner, standing));
  }

  private Future<Void> write(String device, Stored stored, Decision.Write write) {
    return documents
        .write(device, write.json(), write.expected())
        .onSuccess(
            revision -> {
              LOG.info("device '{}': {}", device, change(stored, write.document(), revision));
              fleet.holds(device, write.document());
              brake.release(device);
            })
        .mapEmpty();
  }

  /** Not before the device is known to be ours: its document says so, and nobody else's Device. */
  private Future<Void> bringPin(String device) {
    return resources.claims(device).stream()
        .filter(claim -> standing(claim).filter(s -> !(s instanceof Standing.Refused)).isPresent())
        .findFirst()
        .map(pins::bring)
        .orElse(Future.succeededFuture());
  }

  private Optional<Standing> standing(DeviceResource claim) {
    return fleet.standing(claim.key().name(), Desired.owner(cluster, claim.key().namespace()));
  }

  private static String change(Stored stored, DesiredDocument now, long revision) {
    var names = String.join(", ", now.deployments().keySet());
    var what = now.deployments().isEmpty() ? "nothing" : names;
    var why =
        switch (stored) {
          case Stored.Nothing nothing -> "it had no document";
          case Stored.Undecodable bad -> "its document could not be read: it " + bad.problem();
          case Stored.Known known -> "resources changed";
        };
    return "is to run " + what + " (revision " + revision + "), " + why;
  }

  /** Once, and again after a resync forgot it; changes are told. */
  private Future<Void> readReport(String device) {
    return fleet.report(device) instanceof Report.None
        ? documents
            .report(device)
            .onSuccess(report -> fleet.reportedFirst(device, report))
            .mapEmpty()
        : Future.succeededFuture();
  }

  private Future<Optional<Duration>> applyStatuses(String device) {
    Future<Optional<Duration>> all = Future.succeededFuture(Optional.empty());
    for (var claim : resources.claims(device)) {
      all = all.compose(one -> applyStatus(device, claim).map(other -> sooner(one, other)));
    }
    return all;
  }

  private static Optional<Duration> sooner(Optional<Duration> one, Optional<Duration> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  private Future<Optional<Duration>> applyStatus(String device, DeviceResource claim) {
    var standing = standing(claim);
    var pause = statuses.pause(claim.metadata(), fleet.now());
    if (standing.isEmpty() || pause.isPresent()) {
      return Future.succeededFuture(pause);
    }
    var previous = statuses.previous(claim.metadata(), claim.status());
    var status =
        DeviceStatus.of(
            new DeviceStatus.Facts(
                claim,
                previous,
                standing.get(),
                fleet.desired(device),
                fleet.connection(device),
                fleet.report(device),
                fleet.refusal(device),
                fleet.now()));
    return statuses
        .apply(Kind.Device, claim.metadata(), previous, status, fleet.now())
        .map(done -> fleet.refusalLasts(device));
  }
}
