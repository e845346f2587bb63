package io.nationtech.iot.platform;

import io.nationtech.iot.codec.Wire;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/** A nats-server with the platform's accounts, alone or as one of a cluster. */
public final class NatsServer implements AutoCloseable {
  /** The one user in account HUB. */
  public static final String OPERATOR = "operator";

  /** The callout's user in account AUTH. */
  public static final String CALLOUT = "callout";

  /** The callout's user in account HUB, for the bucket device-identity. */
  public static final String IDENTITIES = "identities";

  /** The user in account SYS that finds connections and closes them. */
  public static final String KICK = "kick";

  private static final int PORT = 4222;
  private static final String CERTIFICATE = "/server.pem";
  private static final String KEY = "/server.key";

  /** Idle devices are silent for longer than the two minutes after which the server would ask. */
  private static final String SECURED =
      """
      tls { cert_file: "%s", key_file: "%s" }
      allow_non_tls: true
      ping_interval: "10m"
      """
          .formatted(CERTIFICATE, KEY);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final GenericContainer<?> container;
  private final NatsConfiguration configuration;

  private NatsServer(NatsConfiguration configuration, Place place, @Nullable Network network) {
    this(configuration, configuration.text(), place, network);
  }

  private NatsServer(
      NatsConfiguration configuration, String text, Place place, @Nullable Network network) {
    this.configuration = configuration;
    this.container =
        new GenericContainer<>(Images.of("nats"))
            .withCommand("-c", "/nats.conf")
            .withCopyToContainer(Transferable.of(text, 0600), "/nats.conf")
            .waitingFor(Wait.forHttp("/healthz?js-server-only=true").forPort(8222));
    if (network != null) {
      container.withNetwork(network).withNetworkAliases(configuration.serverName());
    }
    container.addExposedPort(8222);
    place.apply(container, PORT);
    container.addExposedPort(8222);
  }

  /** One server that knows {@code devices}, each with a password of its own. */
  public static NatsServer start(String... devices) {
    return start(Place.FREE, newPassword(), passwords(devices));
  }

  /** The same, which offers TLS too: {@link #secureUrl}. */
  public static NatsServer startSecured(PrivateAuthority authority, String... devices) {
    var yesterday = Instant.now().minus(Duration.ofDays(1));
    var issued = authority.issue("dns:localhost", yesterday, 30);
    var configuration =
        new NatsConfiguration(
            "nats", newPassword(), passwords(devices), List.of(), Optional.empty());
    var server = new NatsServer(configuration, configuration.text() + SECURED, Place.FREE, null);
    server
        .container
        .withCopyToContainer(Transferable.of(issued.certificate(), 0600), CERTIFICATE)
        .withCopyToContainer(Transferable.of(issued.key(), 0600), KEY)
        .start();
    return server;
  }

  /** One server at a place, with passwords that were made before. */
  public static NatsServer start(
      Place place, String operatorPassword, SortedMap<String, String> devicePasswords) {
    var server =
        new NatsServer(
            new NatsConfiguration(
                "nats", operatorPassword, devicePasswords, List.of(), Optional.empty()),
            place,
            null);
    server.container.start();
    return server;
  }

  /**
   * One server that asks a callout about everybody but the operator and the callout itself.
   *
   * @param issuer public key of the account key that signs the answers
   * @param xkey public key that requests are sealed for; they are not where it is empty
   */
  public static NatsServer startWithCallout(String issuer, String xkey) {
    return startWithCallout(Place.FREE, newPassword(), issuer, xkey, "");
  }

  /** The same at a place; {@code settings}: more lines of its configuration. */
  public static NatsServer startWithCallout(
      Place place, String operatorPassword, String issuer, String xkey, String settings) {
    var callout = callout(issuer, xkey);
    var configuration =
        new NatsConfiguration(
            "nats", operatorPassword, new TreeMap<>(), List.of(), Optional.of(callout));
    var server = new NatsServer(configuration, configuration.text() + settings + "\n", place, null);
    server.container.start();
    return server;
  }

  /** One server with a configuration of the caller's own; it must serve on 4222 and 8222. */
  public static NatsServer configured(String text) {
    var none = new NatsConfiguration("nats", "", new TreeMap<>(), List.of(), Optional.empty());
    var server = new NatsServer(none, text, Place.FREE, null);
    server.container.start();
    return server;
  }

  private static NatsConfiguration.AuthCallout callout(String issuer, String xkey) {
    return new NatsConfiguration.AuthCallout(
        issuer, xkey, newPassword(), newPassword(), newPassword());
  }

  /** Three servers that hold everything three times. */
  public static List<NatsServer> cluster(String... devices) {
    return cluster(passwords(devices), Optional.empty());
  }

  /** Three servers, each of which asks a callout; see {@link #startWithCallout(String, String)}. */
  public static List<NatsServer> clusterWithCallout(String issuer, String xkey) {
    return cluster(new TreeMap<>(), Optional.of(callout(issuer, xkey)));
  }

  private static List<NatsServer> cluster(
      SortedMap<String, String> passwords, Optional<NatsConfiguration.AuthCallout> callout) {
    var network = Network.newNetwork();
    var names = List.of("nats-1", "nats-2", "nats-3");
    var routes = names.stream().map("nats://%s:6222"::formatted).toList();
    var operator = newPassword();
    var servers =
        names.stream()
            .map(
                name ->
                    new NatsServer(
                        new NatsConfiguration(name, operator, passwords, routes, callout),
                        Place.FREE,
                        network))
            .toList();
    servers.parallelStream().forEach(server -> server.container.start());
    return servers;
  }

  public static String newPassword() {
    var bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  public String url() {
    return "nats://127.0.0.1:" + container.getMappedPort(PORT);
  }

  /** Where it speaks TLS. */
  public String secureUrl() {
    return "tls://localhost:" + container.getMappedPort(PORT);
  }

  public String operatorPassword() {
    return configuration.operatorPassword();
  }

  public String devicePassword(String device) {
    return Objects.requireNonNull(configuration.devicePasswords().get(device), device);
  }

  /** The password of {@link #CALLOUT}. */
  public String calloutPassword() {
    return configuration.callout().orElseThrow().password();
  }

  /** The password of {@link #IDENTITIES}. */
  public String identitiesPassword() {
    return configuration.callout().orElseThrow().identitiesPassword();
  }

  /** The password of {@link #KICK}. */
  public String kickPassword() {
    return configuration.callout().orElseThrow().kickPassword();
  }

  /** The process id of the server on this machine. */
  public long pid() {
    return Long.parseLong(
        Command.run("podman", "inspect", "--format", "{{.State.Pid}}", container.getContainerId())
            .strip());
  }

  /** All that it has logged so far. */
  public String logs() {
    return container.getLogs();
  }

  /** Stops the server; its data and its port stay. */
  public void stop() {
    container.getDockerClient().stopContainerCmd(container.getContainerId()).withTimeout(5).exec();
  }

  /** Starts it again where it was. */
  public void startAgain() {
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
  }

  /** Deletes the streams behind both buckets, with all they hold. */
  public void deleteBuckets() {
    var options =
        new Options.Builder().server(url()).userInfo(OPERATOR, operatorPassword()).build();
    try (var connection = Nats.connect(options)) {
      for (var bucket : List.of(Wire.BUCKET_DESIRED, Wire.BUCKET_REPORTED)) {
        connection.jetStreamManagement().deleteStream(Wire.kvStream(bucket));
      }
    } catch (IOException | JetStreamApiException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public void restart() {
    stop();
    startAgain();
  }

  @Override
  public void close() {
    container.stop();
  }

  private static SortedMap<String, String> passwords(String... devices) {
    var passwords = new TreeMap<String, String>();
    for (var device : devices) {
      passwords.put(device, newPassword());
    }
    return passwords;
  }
}
