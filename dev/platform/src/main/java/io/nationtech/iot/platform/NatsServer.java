package io.nationtech.iot.platform;

import io.nationtech.iot.codec.Wire;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
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

  private static final int PORT = 4222;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final GenericContainer<?> container;
  private final NatsConfiguration configuration;

  private NatsServer(NatsConfiguration configuration, Place place, @Nullable Network network) {
    this.configuration = configuration;
    this.container =
        new GenericContainer<>(Images.of("nats"))
            .withCommand("-c", "/nats.conf")
            .withCopyToContainer(Transferable.of(configuration.text(), 0600), "/nats.conf")
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

  /** One server at a place, with passwords that were made before. */
  public static NatsServer start(
      Place place, String operatorPassword, SortedMap<String, String> devicePasswords) {
    var server =
        new NatsServer(
            new NatsConfiguration("nats", operatorPassword, devicePasswords, List.of()),
            place,
            null);
    server.container.start();
    return server;
  }

  /** Three servers that hold everything three times. */
  public static List<NatsServer> cluster(String... devices) {
    var network = Network.newNetwork();
    var names = List.of("nats-1", "nats-2", "nats-3");
    var routes = names.stream().map("nats://%s:6222"::formatted).toList();
    var operator = newPassword();
    var passwords = passwords(devices);
    var servers =
        names.stream()
            .map(
                name ->
                    new NatsServer(
                        new NatsConfiguration(name, operator, passwords, routes),
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

  public String operatorPassword() {
    return configuration.operatorPassword();
  }

  public String devicePassword(String device) {
    return Objects.requireNonNull(configuration.devicePasswords().get(device), device);
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
