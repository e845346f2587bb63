package io.nationtech.iot.agent;

import io.nationtech.iot.agent.nats.DeviceLink;
import io.nationtech.iot.agent.reconcile.Loop;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.agent.status.Live;
import io.nationtech.iot.agent.status.Sentence;
import io.nationtech.iot.agent.status.Words;
import io.nationtech.iot.agent.store.LiveFile;
import io.nationtech.iot.agent.systemd.ServiceManager;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.nats.ConnectionState;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hears of all that the agent finds and is told, passes it on, and tells the service manager and
 * the commands how the agent is whenever that changed. Belongs to the agent's context.
 */
final class Herald implements Loop.Onlooker, DeviceLink.Listener {
  private final DeviceId device;
  private final InstantSource clock;
  private final ServiceManager service;
  private final LiveFile file;
  private final Consumer<Memory.Known> documents;
  private final Consumer<Observation> observations;
  private Supplier<Live.Identity> identity = () -> new Live.Identity(Optional.empty(), "");
  private Live live;

  Herald(
      Remembered remembered,
      String version,
      ServiceManager service,
      Consumer<Memory.Known> documents,
      Consumer<Observation> observations) {
    this.device = remembered.device();
    this.clock = remembered.clock();
    this.service = service;
    this.file = remembered.live();
    this.documents = documents;
    this.observations = observations;
    this.live = Live.begun(version, ProcessHandle.current().pid(), clock.instant());
    file.save(live);
    tell(live);
  }

  /** {@code identity}: asked again and again. */
  void identity(Supplier<Live.Identity> identity) {
    this.identity = identity;
  }

  /** Time has passed: {@code moving} unless the loop is stuck, which only a restart mends. */
  void tick(boolean moving) {
    tell(live);
    if (moving) {
      service.alive();
    }
  }

  Future<Void> close() {
    return file.close();
  }

  @Override
  public void found(Observation observation) {
    service.ready();
    tell(
        live.with(
            new Live.Seen(
                observation.revision(),
                observation.tally(),
                Live.Stand.of(observation.deployments()))));
    observations.accept(observation);
  }

  @Override
  public void unobserved(String why) {
    tell(live.withoutPodman(why));
  }

  @Override
  public void desired(Memory.Known document) {
    documents.accept(document);
  }

  @Override
  public void connection(ConnectionState state) {
    tell(
        live.with(
            switch (state) {
              case ConnectionState.Connected there ->
                  new Live.Nats(true, false, now(), there.url());
              case ConnectionState.Disconnected away ->
                  new Live.Nats(false, away.refused(), now(), away.reason());
            }));
  }

  @Override
  public void reported(long revision) {
    tell(live.with(new Live.Report(Optional.of(now()), revision, "")));
  }

  @Override
  public void notReported(String why) {
    tell(live.with(new Live.Report(live.report().accepted(), live.report().revision(), why)));
  }

  private void tell(Live said) {
    var now = said.with(identity.get());
    if (!now.equals(live)) {
      live = now;
      file.save(live);
    }
    service.status(Sentence.of(device, live, new Words(now(), ZoneId.systemDefault())));
  }

  private Instant now() {
    return clock.instant();
  }
}
