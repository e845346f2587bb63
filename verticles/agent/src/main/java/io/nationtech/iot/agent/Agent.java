package io.nationtech.iot.agent;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.nats.DeviceLink;
import io.nationtech.iot.agent.nats.Rhythm;
import io.nationtech.iot.agent.nats.Self;
import io.nationtech.iot.agent.podman.PodmanRuntime;
import io.nationtech.iot.agent.reconcile.Loop;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.agent.reconcile.Secrets;
import io.nationtech.iot.agent.reconcile.WallClock;
import io.nationtech.iot.agent.status.Live;
import io.nationtech.iot.agent.store.DirectoryLock;
import io.nationtech.iot.agent.systemd.ServiceManager;
import io.nationtech.iot.agent.zitadel.ZitadelCredentials;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.BackOff;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Pings;
import io.nationtech.iot.nats.Trust;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's life: everything is made here, and ended here; containers are never ended with it.
 */
public final class Agent extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");
  private static final int CALLS_A_PASS = 3;
  private static final Duration CREDS_INTERVAL = Duration.ofMinutes(1);
  private static final Duration SLOW_MACHINE = Duration.ofSeconds(30);

  private final Settings settings;
  private final String version;
  private final ServiceManager service;
  private final InstantSource system;
  private @Nullable Podman podman;
  private @Nullable Loop loop;
  private @Nullable DeviceLink link;
  private @Nullable ZitadelCredentials zitadel;
  private @Nullable FollowedCreds creds;
  private @Nullable Herald herald;
  private @Nullable Remembered remembered;

  public Agent(Settings settings, String version, ServiceManager service) {
    this(settings, version, service, InstantSource.system());
  }

  /** {@code system}: this machine's clock, which may be wrong. */
  Agent(Settings settings, String version, ServiceManager service, InstantSource system) {
    this.service = service;
    this.settings = settings;
    this.version = version;
    this.system = system;
  }

  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(() -> Remembered.read(vertx, settings, system))
        .onSuccess(this::begin);
  }

  private void begin(Remembered remembered) {
    this.remembered = remembered;
    log.info("iot-agent {} starts as device '{}'", version, settings.device());
    var podman = new Podman(vertx, settings.podman().socket(), settings.podman().callTimeout());
    var herald = new Herald(remembered, version, service, this::desired, this::observed);
    this.herald = herald;
    var loop =
        new Loop(
            vertx,
            new PodmanRuntime(
                vertx,
                podman,
                settings.device(),
                remembered.pulled(),
                settings.collectAbovePercent()),
            remembered.store(),
            remembered.memory(),
            new WallClock(
                remembered.clock(), remembered.clock()::isCertain, ZoneId.systemDefault()),
            new Loop.Habits(settings.policy(), Secrets.NONE, settings.agent().relistInterval()),
            herald);
    this.podman = podman;
    this.loop = loop;
    remembered.tokens().ifPresent(tokens -> zitadel = zitadel(remembered, tokens));
    var link =
        new DeviceLink(
            vertx,
            nats(remembered.clock()),
            new Self(
                settings.device(),
                remembered.boot(),
                new ReportedDocument.Agent(version, Instant.now())),
            new Rhythm(
                settings.agent().heartbeatInterval(), settings.agent().profile().certainty()),
            remembered.memory().known(),
            herald);
    this.link = link;
    if (zitadel != null) {
      var credentials = zitadel;
      herald.identity(() -> new Live.Identity(credentials.expires(), credentials.trouble()));
      credentials.start(link::renew);
    }
    if (creds != null) {
      herald.identity(creds::identity);
      creds.start(CREDS_INTERVAL, link::renew);
    }
    loop.start();
    vertx.setPeriodic(
        service.interval().toMillis(),
        due -> herald.tick(loop.sinceLastMove().compareTo(patience()) < 0));
  }

  /** The longest that the loop may wait, or a pass may take with each of its calls at its bound. */
  private Duration patience() {
    return settings
        .agent()
        .relistInterval()
        .plus(settings.podman().callTimeout().multipliedBy(CALLS_A_PASS))
        .plus(SLOW_MACHINE);
  }

  private ZitadelCredentials zitadel(Remembered remembered, Remembered.Tokens tokens) {
    return new ZitadelCredentials(
        vertx,
        tokens.identity(),
        remembered.clock(),
        tokens.kept(),
        remembered.times(),
        tokens.last());
  }

  private void desired(Memory.Known document) {
    if (loop != null) {
      loop.desired(document);
    }
  }

  /** What is reported outlives a power cut: the document that it answers is on disk by then. */
  private void observed(Observation observation) {
    if (link != null && remembered != null) {
      var told = link;
      remembered.store().written().onComplete(kept -> told.report(observation));
    }
  }

  @Override
  public Future<?> stop() {
    if (loop == null || link == null || podman == null || herald == null || remembered == null) {
      return Future.succeededFuture();
    }
    service.stopping();
    loop.close();
    var held = remembered;
    return identityClosed()
        .eventually(held.store()::written)
        .eventually(link::close)
        .eventually(podman::close)
        .eventually(herald::close)
        .eventually(held.history()::close)
        .eventually(() -> unlock(held.lock()));
  }

  private Future<Void> identityClosed() {
    if (creds != null) {
      return creds.close();
    }
    return zitadel == null ? Future.succeededFuture() : zitadel.close();
  }

  private Future<Boolean> unlock(DirectoryLock held) {
    return vertx.executeBlocking(
        () -> {
          held.close();
          return true;
        });
  }

  private NatsSettings nats(Timekeeper clock) {
    return new NatsSettings(
        settings.nats().urls(),
        "iot-agent " + settings.device(),
        credentials(),
        Wire.inboxPrefix(settings.device().value()),
        Trust.in(settings.nats().caFile(), clock, zitadel == null ? () -> {} : zitadel::doubt),
        BackOff.FLEET,
        // One is enough: whatever is not answered in minutes is gone.
        new Pings(settings.agent().profile().ping(), 1));
  }

  private Credentials credentials() {
    return switch (settings.identity()) {
      case Identity.Shared shared -> Credentials.shared(shared.user(), shared.password());
      case Identity.Zitadel tokens -> Objects.requireNonNull(zitadel);
      case Identity.NatsCreds file -> {
        creds = new FollowedCreds(vertx, file.credsFile());
        yield creds;
      }
    };
  }
}
