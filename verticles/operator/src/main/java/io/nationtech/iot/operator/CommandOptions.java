package io.nationtech.iot.operator;

import io.nationtech.iot.nats.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the command line takes, and how it becomes settings. */
final class CommandOptions {
  private static final String ENVIRONMENT = "IOT_OPERATOR_";
  private static final int MAX_REPLICAS = 5;
  private static final int A_DAY = 86_400;
  private static final int MAX_PORT = 65_535;

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

  @Option(
      names = "--http-host",
      defaultValue = "${env:" + ENVIRONMENT + "HTTP_HOST:-0.0.0.0}",
      description = "Where /livez, /readyz and /metrics are served (default 0.0.0.0).")
  private String httpHost = "0.0.0.0";

  @Option(
      names = "--http-port",
      defaultValue = "${env:" + ENVIRONMENT + "HTTP_PORT:-8081}",
      description = "And on which port (default 8081, 0 for any).")
  private int httpPort = 8081;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  OperatorSettings settings() throws IOException {
    check();
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
        allowMassRemoval,
        new OperatorSettings.Http(httpHost, httpPort));
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
    if (httpPort < 0 || httpPort > MAX_PORT) {
      problems.add("--http-port must be 0 to " + MAX_PORT);
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
}
