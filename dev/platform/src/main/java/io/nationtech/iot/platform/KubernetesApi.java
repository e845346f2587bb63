package io.nationtech.iot.platform;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/** etcd and kube-apiserver, with RBAC, and kubectl for it. */
public final class KubernetesApi implements AutoCloseable {
  private static final int PORT = 6443;
  private static final int ETCD_PORT = 2379;
  private static final String KEY = "/service-account.key";

  private final Network network;
  private final GenericContainer<?> etcd;
  private final GenericContainer<?> apiServer;
  private final String token;
  private final Path kubeconfig;

  private KubernetesApi(
      Place etcdPlace, Place place, String token, Path kubeconfig, @Nullable SignIn signIn) {
    this.token = token;
    this.kubeconfig = kubeconfig;
    this.network = place.network();
    this.etcd = etcd(network);
    etcdPlace.apply(etcd, ETCD_PORT);
    this.apiServer = apiServer(network, token, signIn);
    place.apply(apiServer, PORT);
  }

  /**
   * Whom else it lets in.
   *
   * @param configuration an AuthenticationConfiguration, YAML
   * @param localhost what {@code localhost} is to the server: the identity provider's address
   */
  public record SignIn(String configuration, String localhost) {}

  /** For tests: free ports, a token and a kubeconfig of its own. */
  public static KubernetesApi start() {
    return start(null);
  }

  /** The same, and people sign in where {@code signIn} is not null. */
  public static KubernetesApi start(@Nullable SignIn signIn) {
    try {
      var directory = Files.createTempDirectory("kubernetes");
      return start(
          Place.FREE,
          Place.FREE,
          NatsServer.newPassword(),
          directory.resolve("kubeconfig"),
          signIn);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At fixed places, with a token that was made before. */
  public static KubernetesApi start(Place etcdPlace, Place place, String token, Path kubeconfig) {
    return start(etcdPlace, place, token, kubeconfig, null);
  }

  private static KubernetesApi start(
      Place etcdPlace, Place place, String token, Path kubeconfig, @Nullable SignIn signIn) {
    var api = new KubernetesApi(etcdPlace, place, token, kubeconfig, signIn);
    api.etcd.start();
    api.apiServer.start();
    api.writeKubeconfig();
    return api;
  }

  private static GenericContainer<?> etcd(Network network) {
    return new GenericContainer<>(Images.of("etcd"))
        .withCreateContainerCmdModifier(create -> create.withEntrypoint("/usr/local/bin/etcd"))
        .withCommand(
            "--data-dir=/tmp/etcd",
            "--unsafe-no-fsync",
            "--listen-client-urls=http://0.0.0.0:" + ETCD_PORT,
            "--advertise-client-urls=http://etcd:" + ETCD_PORT)
        .withNetwork(network)
        .withNetworkAliases("etcd")
        .waitingFor(Wait.forHttp("/readyz").forPort(ETCD_PORT));
  }

  private static GenericContainer<?> apiServer(
      Network network, String token, @Nullable SignIn signIn) {
    var container =
        new GenericContainer<>(Images.of("kube-apiserver"))
            .withCreateContainerCmdModifier(
                create -> create.withEntrypoint("/usr/local/bin/kube-apiserver"))
            .withCopyToContainer(Transferable.of(privateKey(), 0600), KEY)
            .withCopyToContainer(
                Transferable.of(token + ",admin,admin,system:masters\n", 0600), "/tokens.csv")
            .withNetwork(network)
            .waitingFor(
                Wait.forHttps("/readyz")
                    .forPort(PORT)
                    .allowInsecure()
                    .withStartupTimeout(Duration.ofMinutes(2)));
    var arguments = new ArrayList<>(arguments());
    if (signIn != null) {
      arguments.add("--authentication-config=/authentication.yaml");
      container
          .withCopyToContainer(Transferable.of(signIn.configuration()), "/authentication.yaml")
          .withExtraHost("localhost", signIn.localhost());
    }
    return container.withCommand(arguments.toArray(String[]::new));
  }

  private static List<String> arguments() {
    return List.of(
        "--etcd-servers=http://etcd:" + ETCD_PORT,
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + KEY,
        "--service-account-signing-key-file=" + KEY,
        "--cert-dir=/tmp/certificates",
        "--token-auth-file=/tokens.csv",
        "--authorization-mode=RBAC",
        "--secure-port=" + PORT,
        "--service-cluster-ip-range=10.0.0.0/24",
        "--disable-admission-plugins=ServiceAccount");
  }

  /** For fabric8. The certificate is one the server made for itself a moment ago, on loopback. */
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url())
        .withOauthToken(token)
        .withTrustCerts(true)
        .build();
  }

  public String url() {
    return "https://127.0.0.1:" + apiServer.getMappedPort(PORT);
  }

  public Path kubeconfig() {
    return kubeconfig;
  }

  /** The program, as dev/setup made it. */
  public static Path kubectl() {
    return Images.root().resolve(".cache/bin/kubectl");
  }

  /** Runs kubectl against this server. */
  public Command kubectl(String... arguments) {
    var command =
        new ArrayList<>(List.of(kubectl().toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    return Command.attempt(command.toArray(String[]::new));
  }

  /** All that the API server has logged so far. */
  public String logs() {
    return apiServer.getLogs();
  }

  /** Stops the API server; what etcd holds stays. */
  public void stopServer() {
    apiServer.getDockerClient().stopContainerCmd(apiServer.getContainerId()).withTimeout(5).exec();
  }

  public void startServerAgain() {
    apiServer.getDockerClient().startContainerCmd(apiServer.getContainerId()).exec();
  }

  @Override
  public void close() {
    apiServer.stop();
    etcd.stop();
    network.close();
  }

  private void writeKubeconfig() {
    var text =
        """
        apiVersion: v1
        kind: Config
        current-context: iot
        contexts: [{name: iot, context: {cluster: iot, user: admin, namespace: default}}]
        clusters: [{name: iot, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
        users: [{name: admin, user: {token: "%s"}}]
        """
            .formatted(url(), token);
    try {
      Files.deleteIfExists(kubeconfig);
      Files.createFile(
          kubeconfig,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(kubeconfig, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String privateKey() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      var encoded = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
