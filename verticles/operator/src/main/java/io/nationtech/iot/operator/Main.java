package io.nationtech.iot.operator;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.nationtech.iot.nats.Credentials;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code iot-operator}. */
@Command(
    name = "iot-operator",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = "Writes what each device must run to NATS, and what it says to Kubernetes.",
    footer = {
      "",
      "Every option can be an environment variable: --nats-url is IOT_OPERATOR_NATS_URL.",
      "Kubernetes is found as kubectl does: KUBECONFIG, ~/.kube/config, or the pod's own account.",
      "Exit codes: 0 ended by a signal, 1 something is wrong, 2 usage."
    })
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final String ENVIRONMENT = "IOT_OPERATOR_";
  private static final long CLOSE_SECONDS = 10;

  @Option(
      names = "--cluster",
      required = true,
      defaultValue = "${env:" + ENVIRONMENT + "CLUSTER}",
      description = "This cluster's name; with the namespace it owns devices, so never change it.")
  private String cluster = "";

  @Option(
      names = "--nats-url",
      required = true,
      split = ",",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_URL}",
      description = "NATS servers, with commas between them.")
  private List<String> natsUrls = List.of();

  @Option(
      names = "--nats-user",
      required = true,
      defaultValue = "${env:" + ENVIRONMENT + "NATS_USER}",
      description = "A user in account HUB.")
  private String natsUser = "";

  @Option(
      names = "--nats-password-file",
      required = true,
      defaultValue = "${env:" + ENVIRONMENT + "NATS_PASSWORD_FILE}",
      description = "The file that holds the user's password.")
  private Path natsPasswordFile = Path.of("");

  @Option(
      names = "--nats-ca-file",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_CA_FILE}",
      description = "Certificates to trust in place of the system's, PEM.")
  private @Nullable Path natsCaFile;

  @Option(
      names = "--namespace",
      defaultValue = "${env:" + ENVIRONMENT + "NAMESPACE}",
      description = "Look after this namespace only; all by default.")
  private @Nullable String namespace;

  @Option(
      names = "--replicas",
      defaultValue = "${env:" + ENVIRONMENT + "REPLICAS:-1}",
      description = "Copies of each bucket: 1, or 3 or 5 on a NATS cluster (default 1).")
  private int replicas = 1;

  @Option(
      names = "--heartbeat-interval-seconds",
      defaultValue = "${env:" + ENVIRONMENT + "HEARTBEAT_INTERVAL_SECONDS:-60}",
      description = "Of a device that was never heard (default 60).")
  private int heartbeatIntervalSeconds = 60;

  @Option(
      names = "--resync-interval-seconds",
      defaultValue = "${env:" + ENVIRONMENT + "RESYNC_INTERVAL_SECONDS:-600}",
      description = "After which everything is read again (default 600).")
  private int resyncIntervalSeconds = 600;

  @Option(
      names = "--allow-mass-removal",
      defaultValue = "${env:" + ENVIRONMENT + "ALLOW_MASS_REMOVAL:-false}",
      description = "Let many devices lose deployments that nobody was seen to delete.")
  private boolean allowMassRemoval;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              LOG.error("iot-operator: {}", String.valueOf(e.getMessage()));
              LOG.debug("iot-operator", e);
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    var settings = settings();
    var kubernetes = new ConfigBuilder().build();
    var vertx = Vertx.vertx();
    LOG.info("operator of '{}': starts, Kubernetes {}", cluster, kubernetes.getMasterUrl());
    var operator =
        Operator.start(vertx, settings, kubernetes)
            .toCompletionStage()
            .toCompletableFuture()
            .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  close(operator, vertx);
                  ended.countDown();
                }));
    ended.await();
    return CommandLine.ExitCode.OK;
  }

  private static void close(Operator operator, Vertx vertx) {
    try {
      operator
          .close()
          .eventually(vertx::close)
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
      LOG.info("operator: ended");
    } catch (Exception e) {
      LOG.warn("operator: ended in a hurry: {}", e.toString());
    }
  }

  private OperatorSettings settings() throws IOException {
    return new OperatorSettings(
        new OperatorSettings.Nats(
            natsUrls, Credentials.shared(natsUser, password()), Optional.ofNullable(natsCaFile)),
        Optional.ofNullable(namespace).filter(name -> !name.isEmpty()),
        positive("--replicas", replicas),
        name(cluster),
        Duration.ofSeconds(positive("--heartbeat-interval-seconds", heartbeatIntervalSeconds)),
        Duration.ofSeconds(positive("--resync-interval-seconds", resyncIntervalSeconds)),
        allowMassRemoval);
  }

  private static int positive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + " must be 1 or more");
    }
    return value;
  }

  private static String name(String cluster) {
    if (!cluster.matches("[^/\\s]{1,253}")) {
      throw new IllegalArgumentException("--cluster must be 1 to 253 characters without '/'");
    }
    return cluster;
  }

  private String password() throws IOException {
    if (!Files.isReadable(natsPasswordFile)) {
      throw new IOException("--nats-password-file: " + natsPasswordFile + " can't be read");
    }
    return Files.readString(natsPasswordFile).strip();
  }

  /** What the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"iot-operator " + (version == null ? "(not packaged)" : version)};
    }
  }
}
