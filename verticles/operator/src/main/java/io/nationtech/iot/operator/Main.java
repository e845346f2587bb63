package io.nationtech.iot.operator;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.nationtech.iot.nats.Credentials;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code iot-operator}. */
@Command(
    name = "iot-operator",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    subcommands = GenerateCompletion.class,
    description = "Writes what each device must run to NATS, and what it says to Kubernetes.",
    footer = {
      "",
      "Every option can be an environment variable: --nats-url is IOT_OPERATOR_NATS_URL.",
      "Kubernetes is found as kubectl does: KUBECONFIG, ~/.kube/config, or the pod's own account."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ended by a signal", "1:something is wrong", "2:usage"})
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final String ENVIRONMENT = "IOT_OPERATOR_";
  private static final long CLOSE_SECONDS = 10;
  private static final int MAX_REPLICAS = 5;
  private static final int A_DAY = 86_400;

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

  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              LOG.error("iot-operator: {}", e.getMessage() == null ? e : e.getMessage());
              LOG.debug("iot-operator", e);
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    check();
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
    if (natsCaFile != null) {
      readable("--nats-ca-file", natsCaFile);
    }
    return new OperatorSettings(
        new OperatorSettings.Nats(
            natsUrls, Credentials.shared(natsUser, password()), Optional.ofNullable(natsCaFile)),
        Optional.ofNullable(namespace).filter(name -> !name.isEmpty()),
        replicas,
        cluster,
        Duration.ofSeconds(heartbeatIntervalSeconds),
        Duration.ofSeconds(resyncIntervalSeconds),
        allowMassRemoval);
  }

  /** Whatever can't be right, all of it in one answer. */
  private void check() {
    var problems = new ArrayList<String>();
    if (!cluster.matches("[^/\\s]{1,253}")) {
      problems.add("--cluster must be 1 to 253 characters without '/'");
    }
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      problems.add("--replicas must be 1 to " + MAX_REPLICAS);
    }
    if (heartbeatIntervalSeconds < 1 || heartbeatIntervalSeconds > A_DAY) {
      problems.add("--heartbeat-interval-seconds must be 1 to " + A_DAY);
    }
    if (resyncIntervalSeconds < 1 || resyncIntervalSeconds > A_DAY) {
      problems.add("--resync-interval-seconds must be 1 to " + A_DAY);
    }
    if (!problems.isEmpty()) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          String.join(System.lineSeparator(), problems));
    }
  }

  private String password() throws IOException {
    readable("--nats-password-file", natsPasswordFile);
    return Files.readString(natsPasswordFile).strip();
  }

  private static void readable(String option, Path file) throws IOException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IOException(option + ": " + file + " can't be read");
    }
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
