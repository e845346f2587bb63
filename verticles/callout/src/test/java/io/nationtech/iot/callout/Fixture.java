package io.nationtech.iot.callout;

import io.nationtech.iot.callout.nats.Accounts;
import io.nationtech.iot.callout.nats.Nkey;
import io.nationtech.iot.callout.nats.Signer;
import io.nationtech.iot.callout.nats.Xkey;
import io.nationtech.iot.callout.policy.PolicyException;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Streams;
import io.nationtech.iot.observe.Metered;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.Place;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A nats-server that asks a callout, the callout, and an identity provider played by hand. */
final class Fixture implements AutoCloseable {
  final Vertx vertx = Vertx.vertx();
  final PlayedIssuer issuer = new PlayedIssuer(vertx);
  final Signer signer = Signer.generate(Nkey.Kind.ACCOUNT);
  final Xkey xkey = Xkey.generate();
  final List<NatsServer> servers;
  final NatsServer nats;
  final NatsConnection hub;
  final Path policy;
  private final boolean sealed;
  private final List<Callout> callouts = new ArrayList<>();

  Fixture() {
    this(true, "");
  }

  /** {@code sealed}: with the xkey; {@code settings}: more lines of the server's configuration. */
  Fixture(boolean sealed, String settings) {
    this(
        sealed,
        (issuer, xkey) ->
            List.of(
                NatsServer.startWithCallout(
                    Place.FREE, NatsServer.newPassword(), issuer, xkey, settings)));
  }

  /** Three servers. */
  static Fixture cluster() {
    return new Fixture(true, NatsServer::clusterWithCallout);
  }

  private Fixture(boolean sealed, BiFunction<String, String, List<NatsServer>> starting) {
    this.sealed = sealed;
    this.servers = starting.apply(signer.publicKey(), sealed ? xkey.publicKey() : "");
    this.nats = servers.getFirst();
    this.hub =
        connect(Credentials.shared(NatsServer.OPERATOR, nats.operatorPassword()), "operator");
    await().ignoreExceptions().until(() -> get(new Streams(hub, 1).ensure()) != null);
    try {
      this.policy = Files.createTempFile("policy", ".yaml");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writePolicy(policyText());
  }

  String policyText() {
    return """
        trust:
        - issuer: %s
          project: "%s"
          organisations: ["%s"]
          roles: {device: device, fleet-operator: operator, support: support, viewer: viewer}
        limits:
          device: {subscriptions: 16, payloadBytes: 81920}
        """
        .formatted(issuer.url(), Claims.PROJECT, Claims.ORGANISATION);
  }

  void writePolicy(String text) {
    try {
      Files.writeString(policy, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CalloutSettings settings(Optional<Path> cache) {
    return new CalloutSettings(
        new CalloutSettings.Nats(
            List.of(nats.url()),
            Credentials.shared(NatsServer.CALLOUT, nats.calloutPassword()),
            Credentials.shared(NatsServer.IDENTITIES, nats.identitiesPassword()),
            Optional.empty(),
            2),
        new Accounts.Configured(signer),
        sealed ? Optional.of(xkey) : Optional.empty(),
        policy,
        Duration.ofMillis(200),
        Optional.empty(),
        cache,
        new CalloutSettings.Http("127.0.0.1", 0));
  }

  /** One more callout, ready. */
  Callout startCallout() {
    return startCallout(settings(Optional.empty()), Clock.systemUTC());
  }

  Callout startCallout(CalloutSettings settings, Clock clock) {
    try {
      var callout = get(Callout.start(vertx, clock, settings, Metered.registry()));
      callouts.add(callout);
      await().until(() -> http(callout, "/readyz").statusCode() == 200);
      return callout;
    } catch (IOException | PolicyException e) {
      throw new IllegalStateException(e);
    }
  }

  void stop(Callout callout) {
    callouts.remove(callout);
    get(callout.close());
  }

  NatsConnection connect(Credentials credentials, String name) {
    var settings =
        new NatsSettings(
            List.of(nats.url()), name, credentials, Wire.inboxPrefix(name), Optional.empty());
    return NatsConnection.open(vertx, settings, state -> {});
  }

  Bucket identities() {
    return new Bucket(hub, Wire.BUCKET_IDENTITY);
  }

  Bucket desired() {
    return new Bucket(hub, Wire.BUCKET_DESIRED);
  }

  Bucket reported() {
    return new Bucket(hub, Wire.BUCKET_REPORTED);
  }

  RawClient raw() {
    return new RawClient(nats.url());
  }

  /** Signed in with a token. */
  RawClient raw(String token) {
    var client = raw();
    var answer = client.signIn(token);
    if (!answer.equals("PONG")) {
      throw new IllegalStateException(answer);
    }
    return client;
  }

  static HttpResponse<String> http(Callout callout, String path) {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + callout.httpPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
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
    callouts.forEach(callout -> get(callout.close()));
    get(hub.close());
    get(vertx.close());
    servers.forEach(NatsServer::close);
  }
}
