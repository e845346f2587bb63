package io.nationtech.iot.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.Entry;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.observe.Metered;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.KubernetesApi;
import io.nationtech.iot.platform.NatsServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A real API server with the CRDs, a real NATS server, and devices played by hand. */
final class Platform implements AutoCloseable {
  private static final String API_VERSION = Wire.API_GROUP + "/" + Wire.API_VERSION;

  final Vertx vertx = Vertx.vertx();
  final KubernetesApi kubernetes = KubernetesApi.start();
  final NatsServer nats;
  final NatsConnection hub;
  private final Path directory;

  Platform(String... devices) {
    nats = NatsServer.start(devices);
    hub = connect(NatsServer.OPERATOR, nats.operatorPassword());
    try {
      directory = Files.createTempDirectory("manifests");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kubectl("apply", "-f", Images.root().resolve("charts/iot-operator/crds").toString());
    kubectl("wait", "crd", "--all", "--for=condition=Established", "--timeout=30s");
  }

  OperatorSettings settings(String cluster) {
    var credentials = Credentials.shared(NatsServer.OPERATOR, nats.operatorPassword());
    return new OperatorSettings(
        new OperatorSettings.Nats(List.of(nats.url()), credentials, Optional.empty()),
        Optional.empty(),
        1,
        cluster,
        Duration.ofSeconds(1),
        Duration.ofMinutes(10),
        false,
        new OperatorSettings.Http("127.0.0.1", 0));
  }

  Operator start(OperatorSettings settings) {
    return get(Operator.start(vertx, settings, kubernetes.config(), Metered.registry()));
  }

  NatsConnection connect(String user, String password) {
    var settings =
        new NatsSettings(
            List.of(nats.url()),
            user,
            Credentials.shared(user, password),
            Wire.inboxPrefix(user),
            Optional.empty());
    return NatsConnection.open(vertx, settings, state -> {});
  }

  PlayedDevice device(String id) {
    return new PlayedDevice(this, id, connect(id, nats.devicePassword(id)));
  }

  String kubectl(String... arguments) {
    var answer = kubernetes.kubectl(arguments);
    assertEquals(0, answer.exitCode(), answer.output());
    return answer.output();
  }

  void apply(String manifest) {
    try {
      var file = Files.writeString(directory.resolve("manifest.yaml"), manifest);
      kubectl("apply", "-f", file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void applyDevice(String namespace, String name) {
    apply(
        """
        apiVersion: %s
        kind: Device
        metadata: {name: %s, namespace: %s}
        spec: {}
        """
            .formatted(API_VERSION, name, namespace));
  }

  /** {@code identity}: as it stands in spec.identity. */
  void applyDevice(String namespace, String name, IdentityDocument identity) {
    apply(
        """
        apiVersion: %s
        kind: Device
        metadata: {name: %s, namespace: %s}
        spec: {identity: %s}
        """
            .formatted(API_VERSION, name, namespace, identity.encode()));
  }

  /** What bucket device-identity holds for a device; empty where nothing. */
  String pin(String device) {
    return get(new Bucket(hub, Wire.BUCKET_IDENTITY).get(device)) instanceof Entry.Found found
        ? new String(found.value(), StandardCharsets.UTF_8)
        : "";
  }

  void loseBucket(String bucket) {
    var stream = Wire.kvStream(bucket);
    get(hub.request("$JS.API.STREAM.DELETE." + stream, Map.of(), new byte[0]));
  }

  void applyDeployment(String name, String image, String target) {
    apply(
        """
        apiVersion: %s
        kind: DeviceDeployment
        metadata: {name: %s}
        spec:
          target: {%s}
          score: {type: PodmanV0, data: {services: [{name: web, image: "%s"}]}}
        """
            .formatted(API_VERSION, name, target, image));
  }

  /** {@code True/AllDevicesReady}: status and reason of a condition. */
  String condition(String resource, String type) {
    var path = "{range .status.conditions[?(@.type==\"%s\")]}{.status}/{.reason}{end}";
    return kubernetes
        .kubectl("get", resource, "-o", "jsonpath=" + path.formatted(type))
        .output()
        .strip();
  }

  String field(String resource, String path) {
    return kubernetes.kubectl("get", resource, "-o", "jsonpath={" + path + "}").output().strip();
  }

  JsonNode json(String... arguments) {
    try {
      return CanonicalJson.parse(kubectl(arguments));
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException(e);
    }
  }

  Bucket desired() {
    return new Bucket(hub, Wire.BUCKET_DESIRED);
  }

  Bucket reported() {
    return new Bucket(hub, Wire.BUCKET_REPORTED);
  }

  /** The document of a device, where there is one that can be read. */
  Optional<DesiredDocument> document(String device) {
    try {
      return get(desired().get(device)) instanceof Entry.Found found
          ? Optional.of(DesiredDocument.decode(new DeviceId(device), found.value()))
          : Optional.empty();
    } catch (MalformedDocumentException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** What a device must run of one deployment. */
  DesiredDocument.Deployment entry(String device, String deployment) {
    return Objects.requireNonNull(
        document(device).orElseThrow().deployments().get(deployment), deployment);
  }

  long revision(String device) {
    return switch (get(desired().get(device))) {
      case Entry.Found found -> found.revision();
      case Entry.Absent absent -> absent.revision();
    };
  }

  boolean runs(String device, String deployment) {
    return document(device).filter(d -> d.deployments().containsKey(deployment)).isPresent();
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100));
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    get(hub.close());
    get(vertx.close());
    nats.close();
    kubernetes.close();
  }
}
