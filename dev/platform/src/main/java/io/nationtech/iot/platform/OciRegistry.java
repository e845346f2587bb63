package io.nationtech.iot.platform;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** An OCI registry on this machine, plain HTTP on loopback. */
public final class OciRegistry implements AutoCloseable {
  private static final int PORT = 5000;

  private final GenericContainer<?> container;

  private OciRegistry(Place place) {
    this.container =
        new GenericContainer<>(Images.of("registry"))
            .withCreateContainerCmdModifier(
                create ->
                    create.withEntrypoint("/bin/registry", "serve", "/etc/distribution/config.yml"))
            .withCommand()
            .waitingFor(Wait.forHttp("/v2/").forPort(PORT));
    place.apply(container, PORT);
  }

  public static OciRegistry start(Place place) {
    var registry = new OciRegistry(place);
    registry.container.start();
    return registry;
  }

  /** {@code 127.0.0.1:<port>}: what an image's name begins with. */
  public String host() {
    return "127.0.0.1:" + container.getMappedPort(PORT);
  }

  /** Pushes a local image as {@code <host>/<name>} and gives that whole name. */
  public String push(String image, String name) {
    var target = host() + "/" + name;
    Command.run("podman", "push", "-q", "--tls-verify=false", image, target);
    return target;
  }

  @Override
  public void close() {
    container.stop();
  }
}
