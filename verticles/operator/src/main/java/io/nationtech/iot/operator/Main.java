package io.nationtech.iot.operator;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.nationtech.iot.observe.Metered;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
      "IOT_OPERATOR_LOG_LEVEL=debug says more, IOT_OPERATOR_LOG_FORMAT=json writes JSON lines.",
      "Kubernetes is found as kubectl does: KUBECONFIG, ~/.kube/config, or the pod's own account."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ended by a signal", "1:something is wrong", "2:usage"})
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final long CLOSE_SECONDS = 10;

  @Mixin private CommandOptions options = new CommandOptions();

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
    var settings = options.settings();
    var kubernetes = new ConfigBuilder().build();
    var registry = Metered.registry();
    var vertx = Metered.vertx(registry);
    LOG.info(
        "operator of '{}': starts, Kubernetes {}", settings.cluster(), kubernetes.getMasterUrl());
    var operator =
        Operator.start(vertx, settings, kubernetes, registry)
            .toCompletionStage()
            .toCompletableFuture()
            .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    LOG.info("operator: started, probes and metrics on port {}", operator.httpPort());
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

  /** What the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"iot-operator " + (version == null ? "(not packaged)" : version)};
    }
  }
}
