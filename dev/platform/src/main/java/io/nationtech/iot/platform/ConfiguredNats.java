package io.nationtech.iot.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/** A nats-server on a configuration that a test wrote itself. */
public final class ConfiguredNats implements AutoCloseable {
  private static final int PORT = 4222;
  private static final int MONITORING = 8222;
  private static final String CONFIGURATION = "/nats.conf";

  private final GenericContainer<?> container;

  private ConfiguredNats(GenericContainer<?> container) {
    this.container = container;
  }

  /** {@code files}: what the configuration names, by path. */
  public static ConfiguredNats start(String configuration, Map<String, String> files) {
    var container =
        new GenericContainer<>(Images.of("nats"))
            .withCommand("-c", CONFIGURATION)
            .withExposedPorts(PORT, MONITORING)
            .waitingFor(Wait.forHttp("/healthz?js-server-only=true").forPort(MONITORING));
    container.withCopyToContainer(Transferable.of(whole(configuration), 0600), CONFIGURATION);
    files.forEach((path, text) -> container.withCopyToContainer(Transferable.of(text, 0600), path));
    container.start();
    return new ConfiguredNats(container);
  }

  private static String whole(String configuration) {
    return "port: 4222\nhttp: 8222\nmax_control_line: 16KB\n" + configuration;
  }

  /** Goes on with another configuration; whoever it does not admit is cut. */
  public void reload(String configuration) {
    container.copyFileToContainer(Transferable.of(whole(configuration), 0600), CONFIGURATION);
    container
        .getDockerClient()
        .killContainerCmd(container.getContainerId())
        .withSignal("SIGHUP")
        .exec();
  }

  /** {@code scheme://host:port}. */
  public String url(String scheme, String host) {
    return scheme + "://" + host + ":" + container.getMappedPort(PORT);
  }

  /** How many connections it has now. */
  public int connections() {
    var varz = URI.create("http://127.0.0.1:" + container.getMappedPort(MONITORING) + "/varz");
    try (var in = varz.toURL().openStream()) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var found = Pattern.compile("\"connections\": *(\\d+)").matcher(text);
      return found.find() ? Integer.parseInt(found.group(1)) : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    container.stop();
  }
}
