package io.nationtech.iot.platform;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * The agent, the operator and the callout as a user starts them: their fat jars, files of their
 * own.
 */
public final class Programs {
  private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

  private Programs() {}

  /** An agent on this machine's podman, signed in as {@code device}. */
  public static Program agent(
      Path directory, List<NatsServer> nats, String device, Duration relistInterval) {
    var toml =
        """
        device = "%s"
        [nats]
        urls = [%s]
        [identity]
        type = "shared"
        user = "%s"
        password = "%s"
        [podman]
        socket = "%s"
        [agent]
        state_directory = "%s"
        relist_interval_seconds = %d
        heartbeat_interval_seconds = 5
        """
            .formatted(
                device,
                nats.stream().map(server -> '"' + server.url() + '"').collect(joining(", ")),
                device,
                nats.getFirst().devicePassword(device),
                PodmanSocket.path(),
                directory.resolve("agent-state"),
                relistInterval.toSeconds());
    var config = SecretFile.write(directory.resolve("agent.toml"), toml);
    return agent(directory, config);
  }

  /** An agent with a configuration that is there. */
  public static Program agent(Path directory, Path config) {
    return agent(directory, config, Map.of());
  }

  public static Program agent(Path directory, Path config, Map<String, String> environment) {
    return new Program(
        directory,
        "agent",
        environment,
        List.of(Program.java(), "-jar", jar("agent"), "run", "--config", config.toString()));
  }

  /**
   * A configuration with TLS and nothing that is not needed, so that all is as it is by default.
   *
   * @param more lines of the table {@code [agent]}
   */
  public static Path securedConfig(
      Path directory, NatsServer nats, PrivateAuthority authority, String device, String more) {
    return SecretFile.write(
        directory.resolve("agent.toml"),
        """
        device = "%s"
        [nats]
        urls = ["%s"]
        ca_file = "%s"
        [identity]
        type = "shared"
        user = "%s"
        password = "%s"
        [podman]
        socket = "%s"
        [agent]
        state_directory = "%s"
        %s
        """
            .formatted(
                device,
                nats.secureUrl(),
                authority.certificate(),
                device,
                nats.devicePassword(device),
                PodmanSocket.path(),
                directory.resolve("agent-state"),
                more));
  }

  /** The agent of a distribution: what dev/dist made, unpacked. */
  public static Program distributed(
      Path distribution, Path directory, Path config, Map<String, String> environment) {
    return new Program(
        directory,
        "agent",
        environment,
        List.of(
            distribution.resolve("bin/iot-agent").toString(),
            "run",
            "--config",
            config.toString()));
  }

  /** {@code iot-agent command}: what a person at the device types. */
  public static Command agent(Path config, String command) {
    return Command.attempt(
        Program.java(), "-jar", jar("agent"), command, "--config", config.toString());
  }

  /**
   * An agent's command line, up to {@code run}, for who starts it a thousand times: from a cache of
   * what its JVM loads, which is made in {@code directory}, in some 10 s.
   */
  public static List<String> cachedAgent(Path directory) {
    var cache = directory.resolve("agent.aot");
    var java = List.of(Program.java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    var training = new ArrayList<>(java);
    training.add("-XX:AOTCacheOutput=" + cache);
    var nowhere =
        SecretFile.write(
            directory.resolve("training.toml"),
            """
            device = "training"
            [nats]
            urls = ["nats://127.0.0.1:1"]
            [identity]
            type = "shared"
            user = "training"
            password = "training"
            [podman]
            socket = "%1$s/none.sock"
            [agent]
            state_directory = "%1$s/training"
            """
                .formatted(directory));
    training.addAll(List.of("-jar", jar("agent"), "run", "--config", nowhere.toString()));
    var trained = new Program(directory, "training", Map.of(), training);
    trained.start();
    Awaitility.await().atMost(ONE_MINUTE).until(() -> trained.count("NATS is away") == 1);
    trained.terminate();
    var command = new ArrayList<>(java);
    command.addAll(List.of("-XX:-UsePerfData", "-XX:AOTCache=" + cache, "-jar", jar("agent")));
    return List.copyOf(command);
  }

  /** An operator in account HUB; as many replicas of every bucket as there are servers. */
  public static Program operator(Path directory, List<NatsServer> nats, KubernetesApi kubernetes) {
    var password =
        SecretFile.write(
            directory.resolve("operator.password"), nats.getFirst().operatorPassword());
    return new Program(
        directory,
        "operator",
        Map.of("KUBECONFIG", kubernetes.kubeconfig().toString()),
        List.of(
            Program.java(),
            "-jar",
            jar("operator"),
            "--cluster=demo",
            "--nats-url=" + nats.stream().map(NatsServer::url).collect(joining(",")),
            "--replicas=" + nats.size(),
            "--nats-user=" + NatsServer.OPERATOR,
            "--nats-password-file=" + password,
            "--http-host=127.0.0.1",
            "--http-port=0"));
  }

  /** A callout with the keys in {@code directory}, which {@link #calloutKeys} made. */
  public static Program callout(Path directory, NatsServer nats, Path policy) {
    var password = SecretFile.write(directory.resolve("callout.password"), nats.calloutPassword());
    var identities =
        SecretFile.write(directory.resolve("identities.password"), nats.identitiesPassword());
    return new Program(
        directory,
        "callout",
        Map.of(),
        List.of(
            Program.java(),
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-jar",
            jar("callout"),
            "--nats-url=" + nats.url(),
            "--nats-user=" + NatsServer.CALLOUT,
            "--nats-password-file=" + password,
            "--identity-user=" + NatsServer.IDENTITIES,
            "--identity-password-file=" + identities,
            "--issuer-seed-file=" + directory.resolve("issuer.seed"),
            "--xkey-seed-file=" + directory.resolve("xkey.seed"),
            "--policy-file=" + policy,
            "--http-host=127.0.0.1",
            "--http-port=0"));
  }

  /** {@code iot-callout kick}: closes a device's connections. */
  public static Command kick(Path directory, NatsServer nats, String device) {
    var password = SecretFile.write(directory.resolve("kick.password"), nats.kickPassword());
    return Command.attempt(
        Program.java(),
        "-jar",
        jar("callout"),
        "kick",
        "--nats-url=" + nats.url(),
        "--system-user=" + NatsServer.KICK,
        "--system-password-file=" + password,
        device);
  }

  /** Makes a callout's keys; the public halves are for the server. */
  public static CalloutKeys calloutKeys(Path directory) {
    var lines =
        Command.run(Program.java(), "-jar", jar("callout"), "keys", "--directory=" + directory);
    return new CalloutKeys(after("issuer: ", lines), after("xkey: ", lines));
  }

  /** The public halves. */
  public record CalloutKeys(String issuer, String xkey) {}

  private static String after(String label, String lines) {
    return lines
        .lines()
        .filter(line -> line.startsWith(label))
        .findFirst()
        .orElseThrow()
        .substring(label.length());
  }

  /** Where the fat jar of a verticle is. */
  public static String jar(String verticle) {
    var target = Images.root().resolve("verticles").resolve(verticle).resolve("target");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "*-fat.jar")) {
      return jars.iterator().next().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
