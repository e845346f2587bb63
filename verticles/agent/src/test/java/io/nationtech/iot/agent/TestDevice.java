package io.nationtech.iot.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.config.Profile;
import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.agent.systemd.ServiceManager;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.Entry;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Streams;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.PodmanSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** One device with its own NATS server, and the operator's side of it by hand. */
final class TestDevice implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static volatile String lastFailure = "none";

  final DeviceId id;
  final NatsServer nats;
  final Path state;
  private final JournalLines everything = JournalLines.of("ROOT");
  private final Vertx vertx = Vertx.vertx();
  private final NatsConnection operator;
  private final Streams streams;
  private final Bucket desired;
  private final Bucket reported;
  private @Nullable String deployment;

  TestDevice(String name) {
    id = new DeviceId(name);
    nats = NatsServer.start(name);
    try {
      state = Files.createTempDirectory("state").resolve("agent");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    var settings =
        new NatsSettings(
            List.of(nats.url()),
            "operator",
            Credentials.shared(NatsServer.OPERATOR, nats.operatorPassword()),
            Wire.inboxPrefix("operator"),
            Optional.empty());
    operator = NatsConnection.open(vertx, settings, connectionState -> {});
    streams = new Streams(operator, 1);
    desired = new Bucket(operator, Wire.BUCKET_DESIRED);
    reported = new Bucket(operator, Wire.BUCKET_REPORTED);
    makeBuckets();
  }

  void makeBuckets() {
    eventually("the buckets", () -> attempt(streams.ensure()));
  }

  void startAgent() {
    startAgent(settings());
  }

  void startAgent(Settings settings) {
    deployment =
        await(vertx.deployVerticle(new Agent(settings, "test", ServiceManager.of(Map.of()))));
  }

  void stopAgent() {
    if (deployment != null) {
      await(vertx.undeploy(deployment));
      deployment = null;
    }
  }

  Settings settings() {
    return new Settings(
        id,
        new Settings.Nats(List.of(nats.url()), Optional.empty()),
        new Settings.Identity.Shared(id.value(), nats.devicePassword(id.value())),
        new Settings.Podman(PodmanSocket.path(), Duration.ofSeconds(30)),
        new Settings.Agent(state, Duration.ofSeconds(5), Duration.ofSeconds(5), Profile.DEFAULT),
        new Policy(List.of(), List.of(), false, false),
        80,
        "INFO");
  }

  /** {@link #settings} as a file that a person would write, for an agent in its own process. */
  Path config(Path directory, String podmanSocket, int callTimeoutSeconds) throws IOException {
    var file = directory.resolve("agent.toml");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(
        file,
        """
        [nats]
        urls = ["%s"]
        [identity]
        type = "shared"
        user = "%s"
        password = "%s"
        [podman]
        socket = "%s"
        call_timeout_seconds = %d
        [agent]
        state_directory = "%s"
        relist_interval_seconds = 5
        heartbeat_interval_seconds = 2
        """
            .formatted(
                nats.url(),
                id,
                nats.devicePassword(id.value()),
                podmanSocket,
                callTimeoutSeconds,
                state));
  }

  /** {@code deployments}: the inside of the document's object of that name. */
  void want(String deployments) {
    put(
        """
        {"device":"%s","owner":"test/test","paused":false,"deployments":{%s}}\
        """
            .formatted(id, deployments));
  }

  void put(String document) {
    eventually("a put", () -> attempt(desired.put(id.value(), document.getBytes(UTF_8))));
  }

  void deleteDesired() {
    await(
        desired
            .get(id.value())
            .compose(
                entry -> desired.deleteExpecting(id.value(), ((Entry.Found) entry).revision())));
  }

  /** One deployment with one service as in contract.md; {@code fields} are the service's others. */
  static String deployment(String name, String image, String fields) {
    return """
    "%s":{"uid":"uid-%s","generation":1,"since":"2026-11-23T09:59:58Z","retry":0,"update":{},
    "score":{"type":"PodmanV0","data":{"services":[{"name":"web","image":"%s"%s}]}}}\
    """
        .formatted(name, name, image, fields);
  }

  ReportedDocument reported() {
    return eventually("a report", () -> attempt(reported.get(id.value()).map(this::decode)));
  }

  private ReportedDocument decode(Entry entry) {
    try {
      return ReportedDocument.decode(id, ((Entry.Found) entry).value());
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the report says that the deployment is in {@code phase}. */
  ReportedDocument.Deployment phase(String name, ReportedDocument.Phase phase) {
    return eventually(
        name + " " + phase,
        () ->
            Optional.ofNullable(reported().deployments().get(name))
                .filter(deployment -> deployment.phase() == phase));
  }

  /** Waits until the deployment runs, and gives the id of its service's container. */
  String running(String name) {
    var service = phase(name, ReportedDocument.Phase.Running).services().get("web");
    return Objects.requireNonNull(service).containerId();
  }

  /** Waits until {@code look} finds something. */
  static <T> T eventually(String what, Callable<Optional<T>> look) {
    try {
      return Awaitility.await(what).atMost(PATIENCE).until(look, Optional::isPresent).orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("waited in vain for " + what + "; last failure: " + lastFailure, e);
    }
  }

  static <T> Optional<T> attempt(Future<T> future) {
    try {
      return Optional.of(await(future.map(value -> value == null ? cast(true) : value)));
    } catch (IllegalStateException e) {
      lastFailure = String.valueOf(e.getCause());
      return Optional.empty();
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> T cast(Object value) {
    return (T) value;
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names of podman's secrets that are a device's. */
  static List<String> secrets(DeviceId device) {
    var all = Command.run("podman", "secret", "ls", "-q").lines().toList();
    return all.stream()
        .map(one -> Command.attempt("podman", "secret", "inspect", "-f", SECRET, one).output())
        .map(line -> line.strip().split(" "))
        .filter(words -> words.length == 2 && words[1].equals(device.value()))
        .map(words -> words[0])
        .sorted()
        .toList();
  }

  private static final String SECRET =
      "{{.Spec.Name}} {{index .Spec.Driver.Options \"" + Wire.LABEL_DEVICE + "\"}}";

  /** What podman itself says, by a Go template. */
  static String inspect(String container, String template) {
    return Command.attempt("podman", "inspect", "--format", template, container).output().strip();
  }

  static boolean exists(String container) {
    return Command.attempt("podman", "container", "exists", container).exitCode() == 0;
  }

  /** Ends all; a warning of the blocked-thread checker fails the test. */
  @Override
  public void close() {
    stopAgent();
    await(operator.close());
    await(vertx.close());
    nats.close();
    var mine =
        Command.run("podman", "ps", "-aq", "--filter", "label=" + Wire.LABEL_DEVICE + "=" + id);
    mine.lines().forEach(container -> Command.run("podman", "rm", "-f", "-t", "0", container));
    Command.run("podman", "volume", "ls", "-q", "--filter", "label=" + Wire.LABEL_DEVICE + "=" + id)
        .lines()
        .forEach(volume -> Command.run("podman", "volume", "rm", volume));
    Command.run(
            "podman", "network", "ls", "-q", "--filter", "label=" + Wire.LABEL_DEVICE + "=" + id)
        .lines()
        .forEach(network -> Command.run("podman", "network", "rm", network));
    everything.close();
    assertEquals(0, everything.count(Level.WARN, "has been blocked for"), "blocked threads");
  }
}
