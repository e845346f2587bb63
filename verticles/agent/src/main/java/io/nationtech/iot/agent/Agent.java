package io.nationtech.iot.agent;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.nats.DeviceLink;
import io.nationtech.iot.agent.nats.Self;
import io.nationtech.iot.agent.podman.PodmanRuntime;
import io.nationtech.iot.agent.reconcile.Loop;
import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.agent.store.DirectoryLock;
import io.nationtech.iot.agent.store.StateFile;
import io.nationtech.iot.agent.zitadel.ZitadelCredentials;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Trust;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The agent's life: everything is made here, and ended here; containers are never ended with it.
 */
public final class Agent extends VerticleBase {
  private final Settings settings;
  private final String version;
  private final InstantSource system;
  private @Nullable Podman podman;
  private @Nullable Loop loop;
  private @Nullable DeviceLink link;
  private @Nullable ZitadelCredentials zitadel;
  private @Nullable StateFile store;
  private @Nullable DirectoryLock lock;

  public Agent(Settings settings, String version) {
    this(settings, version, InstantSource.system());
  }

  /** {@code system}: this machine's clock, which may be wrong. */
  Agent(Settings settings, String version, InstantSource system) {
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
    this.store = remembered.store();
    this.lock = remembered.lock();
    var podman = new Podman(vertx, settings.podman().socket(), settings.podman().callTimeout());
    var loop =
        new Loop(
            vertx,
            new PodmanRuntime(vertx, podman, settings.device()),
            remembered.store(),
            remembered.memory(),
            new Loop.Habits(
                settings.policy(),
                () -> Optional.of("this agent can't fetch secrets yet"),
                settings.agent().relistInterval()),
            this::observed);
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
            settings.agent().heartbeatInterval(),
            remembered.memory().known(),
            loop::desired);
    this.link = link;
    if (zitadel != null) {
      zitadel.start(link::renew);
    }
    loop.start();
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

  private void observed(Observation observation) {
    if (link != null) {
      link.report(observation);
    }
  }

  @Override
  public Future<?> stop() {
    if (loop == null || link == null || podman == null || store == null || lock == null) {
      return Future.succeededFuture();
    }
    loop.close();
    var held = lock;
    var identity = zitadel == null ? Future.succeededFuture() : zitadel.close();
    return identity
        .eventually(store::written)
        .eventually(link::close)
        .eventually(podman::close)
        .eventually(() -> unlock(held));
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
        Trust.in(settings.nats().caFile(), clock, zitadel == null ? () -> {} : zitadel::doubt));
  }

  private Credentials credentials() {
    return switch (settings.identity()) {
      case Identity.Shared shared -> Credentials.shared(shared.user(), shared.password());
      case Identity.Zitadel tokens -> Objects.requireNonNull(zitadel);
      case Identity.NatsCreds creds -> Credentials.file(creds.credsFile());
    };
  }
}
