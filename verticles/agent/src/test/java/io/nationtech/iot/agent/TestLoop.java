package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.await;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.agent.podman.PodmanRuntime;
import io.nationtech.iot.agent.reconcile.Loop;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Observation;
import io.nationtech.iot.agent.reconcile.Secrets;
import io.nationtech.iot.agent.reconcile.WallClock;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** The agent's loop on this machine's podman, without NATS: documents come by hand. */
final class TestLoop implements AutoCloseable {
  final DeviceId id;
  final CopyOnWriteArrayList<Observation> observations = new CopyOnWriteArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Podman podman;
  private final Loop loop;
  private final AtomicReference<Memory> memory = new AtomicReference<>(Memory.NONE);
  private long revision;

  TestLoop(String name, Policy policy, Duration relistInterval) {
    this(name, policy, Optional::empty, relistInterval, PodmanSocket.path());
  }

  TestLoop(String name, Policy policy, Duration relistInterval, String socket) {
    this(name, policy, Optional::empty, relistInterval, socket);
  }

  TestLoop(String name, Policy policy, Secrets secrets, Duration relistInterval) {
    this(name, policy, secrets, relistInterval, PodmanSocket.path());
  }

  private TestLoop(
      String name, Policy policy, Secrets secrets, Duration relistInterval, String socket) {
    id = new DeviceId(name);
    podman = new Podman(vertx, socket, Duration.ofSeconds(30));
    loop =
        new Loop(
            vertx,
            new PodmanRuntime(vertx, podman, id),
            memory::set,
            Memory.NONE,
            new WallClock(InstantSource.system(), () -> true, ZoneId.systemDefault()),
            new Loop.Habits(policy, secrets, relistInterval),
            observations::add);
    onContext(loop::start);
  }

  /** One deployment of some services, each the JSON of a service. */
  static String deployment(String name, String... services) {
    return """
    "%s":{"uid":"uid-%s","generation":1,"since":"2026-11-23T09:59:58Z","retry":0,"update":{},
    "score":{"type":"PodmanV0","data":{"services":[%s]}}}\
    """
        .formatted(name, name, String.join(",", services));
  }

  void want(String... deployments) {
    var json =
        "{\"device\":\"%s\",\"owner\":\"test/test\",\"deployments\":{%s}}"
            .formatted(id, String.join(",", deployments));
    try {
      var document = DesiredDocument.decode(id, json.getBytes(UTF_8));
      var known = new Memory.Known(document, ++revision, Instant.now());
      onContext(() -> loop.desired(known));
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** Waits until the loop says, of the document wanted last, that a deployment is in a phase. */
  ReportedDocument.Deployment phase(String name, Phase phase) {
    try {
      return eventually(name + " " + phase, () -> last(name).filter(said -> said.phase() == phase));
    } catch (AssertionError e) {
      throw new AssertionError(name + " is not " + phase + " but " + last(name), e);
    }
  }

  Optional<ReportedDocument.Deployment> last(String name) {
    var all = new ArrayList<>(observations);
    return all.isEmpty() || all.getLast().revision() != revision
        ? Optional.empty()
        : Optional.ofNullable(all.getLast().deployments().get(name));
  }

  /** Whether a version of this deployment is remembered to go back to. */
  boolean isProven(String deployment) {
    return Objects.requireNonNull(memory.get()).proven().keySet().stream()
        .anyMatch(key -> key.deployment().equals(deployment));
  }

  private void onContext(Runnable what) {
    context.runOnContext(go -> what.run());
  }

  /** Ends the agent's part and leaves what it made. */
  void end() {
    onContext(loop::close);
    await(podman.close());
    await(vertx.close());
  }

  /** Ends the agent's part; what it made is removed as a person would. */
  @Override
  public void close() {
    end();
    var mine = "label=" + Wire.LABEL_DEVICE + "=" + id;
    Command.run("podman", "ps", "-aq", "--filter", mine)
        .lines()
        .forEach(container -> Command.run("podman", "rm", "-f", "-t", "0", container));
    Command.run("podman", "volume", "ls", "-q", "--filter", mine)
        .lines()
        .forEach(volume -> Command.run("podman", "volume", "rm", volume));
    Command.run("podman", "network", "ls", "-q", "--filter", mine)
        .lines()
        .forEach(network -> Command.run("podman", "network", "rm", network));
    TestDevice.secrets(id).forEach(secret -> Command.run("podman", "secret", "rm", secret));
  }
}
