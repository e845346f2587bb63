package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Streams;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.SecretFile;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelManagement.KeyFile;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What devices sign in to: an identity provider, a nats-server, a callout; no Kubernetes. */
final class TokenPlant implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("probes and metrics on port (\\d+)");

  final Path directory;
  final ZitadelTokenEndpoint zitadel;
  final NatsServer nats;
  final Program callout;
  private final Path policy;

  /** {@code tokenLifetime}: of all tokens; Zitadel's own is 12 h. */
  TokenPlant(String name, Duration tokenLifetime) {
    try {
      var plants = Files.createDirectories(Path.of("target", "plants"));
      directory = Files.createTempDirectory(plants.toAbsolutePath(), name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    zitadel = ZitadelTokenEndpoint.start(Place.FREE, NatsServer.newPassword(), tokenLifetime, null);
    var keys = Programs.calloutKeys(directory);
    nats = NatsServer.startWithCallout(keys.issuer(), keys.xkey());
    makeBuckets();
    policy = directory.resolve("policy.yaml");
    writePolicy("");
    callout = Programs.callout(directory, nats, policy);
    startCallout();
  }

  /** As the operator makes them. */
  private void makeBuckets() {
    var vertx = Vertx.vertx();
    var settings =
        new NatsSettings(
            List.of(nats.url()),
            "buckets",
            Credentials.shared(NatsServer.OPERATOR, nats.operatorPassword()),
            Wire.inboxPrefix("buckets"),
            Optional.empty());
    var hub = NatsConnection.open(vertx, settings, state -> {});
    Awaitility.await("the buckets")
        .ignoreExceptions()
        .until(() -> get(new Streams(hub, 1).ensure()) != null);
    get(hub.close());
    // Not of the same future: it would be told on a context that is no more.
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /** {@code more}: lines after those that let in every device. */
  void writePolicy(String more) {
    try {
      Files.writeString(
          policy,
          """
          trust:
          - issuer: %s
            project: "%s"
            organisations: ["%s"]
            roles: {device: device}
          %s
          """
              .formatted(zitadel.issuer(), zitadel.project(), zitadel.organisation(), more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void startCallout() {
    var before = callout.log().toFile().exists() ? callout.count("callout: answers") : 0;
    callout.start();
    eventually("the callout", () -> callout.count("callout: answers") > before);
  }

  /** One more, with the same keys, in the same queue group. */
  Program anotherCallout() {
    var second = SecretFile.directory(directory.resolve("second"));
    try {
      for (var seed : List.of("issuer.seed", "xkey.seed")) {
        SecretFile.write(second.resolve(seed), Files.readString(directory.resolve(seed)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var another = Programs.callout(second, nats, policy);
    another.start();
    eventually("another callout", () -> another.count("callout: answers") > 0);
    return another;
  }

  /** A new service account that may be a device of this name. */
  KeyFile account(String device) {
    var management = zitadel.management();
    var file = management.createMachineUser(device);
    management.grant(file.userId(), zitadel.project(), "device");
    return file;
  }

  /** The token of a new device. */
  String token(String device) {
    return token(account(device));
  }

  String token(KeyFile file) {
    return new TokenClient(zitadel.client(), zitadel.issuer())
        .accessToken(file, TokenClient.scopes(zitadel.project()))
        .value();
  }

  boolean signsIn(String token) {
    var options =
        new Options.Builder()
            .server(nats.url())
            .token(token.toCharArray())
            .maxControlLine(16 * 1024)
            .errorListener(new ErrorListener() {})
            .noReconnect();
    try (var signedIn = Nats.connect(options.build())) {
      return signedIn.getStatus() == Connection.Status.CONNECTED;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  Command kick(String device) {
    return Programs.kick(directory, nats, device);
  }

  /** How many logins the callout that runs has decided so; {@code outcome}: allow or deny. */
  int decided(String outcome) {
    try (var metrics = URI.create("http://127.0.0.1:" + port() + "/metrics").toURL().openStream()) {
      var line = "iot_callout_decisions_total{outcome=\"" + outcome + "\"} ";
      return new String(metrics.readAllBytes(), UTF_8)
          .lines()
          .filter(one -> one.startsWith(line))
          .mapToInt(one -> (int) Double.parseDouble(one.substring(line.length())))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String port() throws IOException {
    return PORT.matcher(Files.readString(callout.log()))
        .results()
        .reduce((first, last) -> last)
        .orElseThrow()
        .group(1);
  }

  @Override
  public void close() {
    callout.kill();
    nats.close();
    zitadel.close();
  }
}
