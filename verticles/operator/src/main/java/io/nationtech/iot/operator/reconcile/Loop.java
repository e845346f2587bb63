package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.operator.desired.Desired;
import io.nationtech.iot.operator.resource.Key;
import io.nationtech.iot.operator.status.Connection;
import io.nationtech.iot.operator.status.Report;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what is told into keys to be worked on; the operator's one loop, on one context. */
public final class Loop implements Resources.Listener, Documents.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final long TICK_MS = 500;
  private static final Duration STALE = Duration.ofSeconds(1);

  /**
   * How it runs.
   *
   * @param cluster first half of the owner's name in every document
   * @param heartbeatInterval of a device that was never heard
   * @param resyncInterval after which everything is read again
   */
  public record Settings(
      String cluster,
      Duration heartbeatInterval,
      Duration resyncInterval,
      boolean allowMassRemoval) {}

  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final Settings settings;
  private final Resources resources;
  private final Documents documents;
  private final Fleet fleet;
  private final Statuses statuses;
  private final WorkQueue<String> devices;
  private final WorkQueue<Key> deployments;
  private final Resync resync;
  private final DeviceReconciler deviceReconciler;
  private final Map<String, Class<? extends Connection>> connections = new HashMap<>();
  private final Map<String, Long> told = new HashMap<>();

  /** {@code nanoTime}: as {@link System#nanoTime()}. */
  public Loop(
      Vertx vertx,
      Clock clock,
      LongSupplier nanoTime,
      Settings settings,
      Resources resources,
      Documents documents) {
    this.vertx = vertx;
    this.nanoTime = nanoTime;
    this.settings = settings;
    this.resources = resources;
    this.documents = documents;
    this.fleet = new Fleet(clock, nanoTime, settings.heartbeatInterval());
    this.statuses = new Statuses(resources);
    this.devices = new WorkQueue<>(vertx, "device", this::reconcileDevice);
    this.deployments =
        new WorkQueue<>(
            vertx,
            "deployment",
            new DeploymentReconciler(settings.cluster(), resources, fleet, statuses)::reconcile);
    this.resync = new Resync(vertx, documents, this::lookAtAll);
    this.deviceReconciler =
        new DeviceReconciler(
            settings.cluster(), resources, documents, fleet, statuses, brake(settings));
  }

  private Brake brake(Settings settings) {
    return new Brake(
        vertx,
        settings.allowMassRemoval(),
        () -> resources.deviceNames().size(),
        () -> devices.idle() && resources.deviceNames().stream().allMatch(fleet::knows),
        devices::add);
  }

  /** How it stands; to be asked on the context. */
  public Figures figures() {
    return new Figures(
        resync.isSynced(),
        resync.isConnected(),
        resources.deviceNames().size(),
        Collections.frequency(connections.values(), Connection.Connected.class),
        devices.figures(),
        deployments.figures());
  }

  public void start() {
    resources.start(this);
    documents.start(this);
    vertx.setPeriodic(TICK_MS, tick -> tick());
    vertx.setPeriodic(settings.resyncInterval().toMillis(), again -> resync.begin());
  }

  @Override
  public void synced() {
    LOG.info(
        "Kubernetes: {} devices and {} deployments known",
        resources.deviceNames().size(),
        resources.deploymentKeys().size());
    deployments.open(true);
    resync.synced();
  }

  @Override
  public void deviceChanged(Key key) {
    if (resources.claims(key.name()).isEmpty()) {
      connections.remove(key.name());
      told.remove(key.name());
    }
    devices.add(key.name());
    // Whether a device exists is part of the status of what targets it.
    touchDeployments(key.name());
  }

  @Override
  public void deploymentChanged(Key key, Collection<String> affected) {
    affected(key, affected);
    deployments.add(key);
  }

  @Override
  public void deploymentEnded(Key key, String uid, Collection<String> affected) {
    fleet.ended(uid);
    affected(key, affected);
  }

  @Override
  public void deploymentVanished(Key key, Collection<String> affected) {
    affected(key, affected);
  }

  /** A deployment may be where its target no longer says. */
  private void affected(Key key, Collection<String> targeted) {
    targeted.forEach(devices::add);
    fleet
        .having(Desired.owner(settings.cluster(), key.namespace()), key.name())
        .forEach(devices::add);
  }

  @Override
  public void connected() {
    resync.connected();
  }

  @Override
  public void disconnected() {
    resync.disconnected();
    devices.open(false);
  }

  @Override
  public void bucketLost() {
    resync.lost();
  }

  @Override
  public void desiredChanged(String device) {
    if (!resources.claims(device).isEmpty()) {
      devices.add(device);
    }
  }

  @Override
  public void pinChanged(String device) {
    // Who was refused before may be the one who is let in now.
    fleet.refusals().forget(device);
    desiredChanged(device);
  }

  @Override
  public void identityRefused(String device, IdentityDocument stranger) {
    if (!resources.claims(device).isEmpty()) {
      if (fleet.refusals().add(device, stranger, fleet.now())) {
        devices.add(device);
      }
    } else if (resync.isSynced()) {
      fleet.refusals().addUnknown(device, stranger);
    }
  }

  @Override
  public void reported(String device, Report report) {
    if (!resources.claims(device).isEmpty()) {
      told.put(device, nanoTime.getAsLong());
      take(device, report);
    }
  }

  private void take(String device, Report report) {
    if (report instanceof Report.Undecodable bad && !report.equals(fleet.report(device))) {
      LOG.warn("device '{}': what it reported {}", device, bad.problem());
    }
    touchThoseOf(device, fleet.view(device));
    fleet.reported(device, report);
    devices.add(device);
    touchDeployments(device);
  }

  @Override
  public void listening(boolean heartbeats) {
    fleet.listening(heartbeats);
  }

  @Override
  public void heartbeat(String device, Duration interval) {
    fleet.heard(device, interval);
    boolean news = connections.get(device) != Connection.Connected.class;
    if (news && !resources.claims(device).isEmpty()) {
      checkConnection(device);
    }
  }

  private void lookAtAll() {
    statuses.forget();
    fleet.forgetSilent(Set.copyOf(resources.deviceNames()));
    devices.open(resync.isConnected());
    for (var device : resources.deviceNames()) {
      relist(device);
      devices.add(device);
    }
    resources.deploymentKeys().forEach(deployments::add);
  }

  private void relist(String device) {
    var before = fleet.report(device);
    long sent = nanoTime.getAsLong();
    documents
        .report(device)
        .onSuccess(
            report -> {
              // What was told meanwhile is newer, and a replica may answer with what was before.
              var last = told.get(device);
              boolean fresh = last != null && sent - last < STALE.toNanos();
              if (!fresh && !report.equals(before) && !(report instanceof Report.None)) {
                take(device, report);
              }
            })
        .onFailure(e -> LOG.debug("device '{}': its report can't be read", device, e));
  }

  private Future<Optional<Duration>> reconcileDevice(String device) {
    var before = fleet.view(device);
    return deviceReconciler
        .reconcile(device)
        .onSuccess(
            later -> {
              if (!before.equals(fleet.view(device))) {
                touchDeployments(device);
                touchThoseOf(device, before);
              }
            })
        .onFailure(e -> resync.checkSoon());
  }

  private void touchDeployments(String device) {
    resources.targeting(device).forEach(deployment -> deployments.add(deployment.key()));
  }

  /** What the device had, or said it had: it may have let go. */
  private void touchThoseOf(String device, Fleet.View view) {
    var names = new TreeSet<String>();
    view.memory().document().ifPresent(document -> names.addAll(document.deployments().keySet()));
    view.report().said().ifPresent(report -> names.addAll(report.deployments().keySet()));
    for (var claim : resources.claims(device)) {
      names.forEach(name -> deployments.add(new Key(claim.key().namespace(), name)));
    }
  }

  private void tick() {
    if (resync.isSynced()) {
      resources.deviceNames().forEach(this::checkConnection);
    }
  }

  private void checkConnection(String device) {
    var kind = fleet.connection(device).getClass();
    if (connections.put(device, kind) != kind) {
      devices.add(device);
      touchDeployments(device);
    }
  }
}
