package io.nationtech.iot.platform;

import java.time.Duration;
import java.time.Instant;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/** An OCI registry on this machine: plain HTTP on loopback, or as a customer has it. */
public final class OciRegistry implements AutoCloseable {
  /** Who may use a registry with a login. */
  public static final String USER = "plant";

  /** Of {@link #USER}. */
  public static final String PASSWORD = "open sesame";

  private static final String PASSWORD_FILE =
      USER + ":$2b$04$eUWVAKjIRwOcuheYWlqZFe6Wd9wxm41Mf4crBnYs470fjxUA1CLNW\n";
  private static final int PORT = 5000;

  /** Believed by nobody unasked, while podman takes 127.0.0.1 here for insecure. */
  private static final String LOOPBACK = "127.0.0.2";

  private final String address;
  private final GenericContainer<?> container;

  private OciRegistry(Place place, String address) {
    this.address = address;
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
    var registry = new OciRegistry(place, "127.0.0.1");
    registry.container.start();
    return registry;
  }

  /** One with a certificate of a private authority, for {@link #USER} only. */
  public static OciRegistry startPrivate(PrivateAuthority authority) {
    var issued = authority.issue("ip:" + LOOPBACK, Instant.now().minus(Duration.ofHours(1)), 30);
    var registry = new OciRegistry(Place.FREE, LOOPBACK);
    registry
        .container
        .withCopyToContainer(Transferable.of(issued.certificate()), "/tls.pem")
        .withCopyToContainer(Transferable.of(issued.key()), "/tls.key")
        .withCopyToContainer(Transferable.of(PASSWORD_FILE), "/htpasswd")
        .withEnv("REGISTRY_HTTP_TLS_CERTIFICATE", "/tls.pem")
        .withEnv("REGISTRY_HTTP_TLS_KEY", "/tls.key")
        .withEnv("REGISTRY_AUTH", "htpasswd")
        .withEnv("REGISTRY_AUTH_HTPASSWD_REALM", "plant")
        .withEnv("REGISTRY_AUTH_HTPASSWD_PATH", "/htpasswd")
        .waitingFor(
            Wait.forHttp("/v2/").forPort(PORT).usingTls().allowInsecure().forStatusCode(401))
        .start();
    return registry;
  }

  /** {@code 127.0.0.1:<port>}: what an image's name begins with. */
  public String host() {
    return address + ":" + container.getMappedPort(PORT);
  }

  /** Pushes a local image as {@code <host>/<name>} and gives that whole name. */
  public String push(String image, String name) {
    var target = host() + "/" + name;
    var login = "--creds=" + USER + ":" + PASSWORD;
    Command.run("podman", "push", "-q", "--tls-verify=false", login, image, target);
    return target;
  }

  @Override
  public void close() {
    container.stop();
  }
}
