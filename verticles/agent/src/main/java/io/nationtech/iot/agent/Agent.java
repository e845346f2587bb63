package io.nationtech.iot.agent;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.nats.DeviceLink;
import io.nationtech.iot.agent.nats.Self;
import io.nationtech.iot.agent.podman.PodmanRuntime;
import io.nationtech.iot.agent.reconcile.Loop;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.agent.store.DirectoryLock;
import io.nationtech.iot.agent.store.StateFile;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The agent's life: everything is made here, and ended here; containers are never ended with it.
 */
public final class Agent extends VerticleBase {
  private final Settings settings;
  private final String version;
  private @Nullable Podman podman;
  private @Nullable Loop loop;
  private @Nullable DeviceLink link;
  private @Nullable StateFile store;
  private volatile @Nullable DirectoryLock lock;

  public Agent(Settings settings, String version) {
    this.settings = settings;
    this.version = version;
  }

  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(
            () -> {
              var store =
                  new StateFile(vertx, settings.agent().stateDirectory(), settings.device());
              lock = new DirectoryLock(settings.agent().stateDirectory());
              return new Kept(store, store.load(), bootId());
            })
        .onSuccess(this::begin);
  }

  private record Kept(StateFile store, Memory memory, String boot) {}

  private void begin(Kept kept) {
    this.store = kept.store();
    var podman = new Podman(vertx, settings.podman().socket(), settings.podman().callTimeout());
    var loop =
        new Loop(
            vertx,
            new PodmanRuntime(vertx, podman, settings.device()),
            kept.store(),
            kept.memory(),
            new Loop.Habits(settings.policy(), settings.agent().relistInterval()),
            this::observed);
    this.podman = podman;
    this.loop = loop;
    this.link =
        new DeviceLink(
            vertx,
            nats(),
            new Self(
                settings.device(), kept.boot(), new ReportedDocument.Agent(version, Instant.now())),
            settings.agent().heartbeatInterval(),
            kept.memory().known(),
            loop::desired);
    loop.start();
  }

  private void observed(Observation observation) {
    if (link != null) {
      link.report(observation);
    }
  }

  @Override
  public Future<?> stop() {
    if (loop == null || link == null || podman == null || store == null) {
      return Future.succeededFuture();
    }
    loop.close();
    return store
        .written()
        .eventually(link::close)
        .eventually(podman::close)
        .eventually(() -> vertx.executeBlocking(this::unlock));
  }

  private boolean unlock() throws IOException {
    if (lock != null) {
      lock.close();
    }
    return true;
  }

  private NatsSettings nats() {
    var credentials =
        switch (settings.identity()) {
          case Identity.Shared shared -> Credentials.shared(shared.user(), shared.password());
        };
    return new NatsSettings(
        settings.nats().urls(),
        "iot-agent " + settings.device(),
        credentials,
        Wire.inboxPrefix(settings.device().value()),
        settings.nats().caFile());
  }

  /** The kernel's own: new at every start of the machine, the same for all that run on it. */
  private static String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
