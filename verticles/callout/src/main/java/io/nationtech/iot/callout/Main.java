package io.nationtech.iot.callout;

import io.nationtech.iot.callout.policy.PolicyException;
import io.nationtech.iot.observe.Metered;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code iot-callout}. */
@Command(
    name = "iot-callout",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    subcommands = {KeysCommand.class, KickCommand.class},
    description = "Lets devices and people into NATS with the tokens of their identity provider.",
    footer = {
      "",
      "Every option can be an environment variable: --nats-url is IOT_CALLOUT_NATS_URL.",
      "IOT_CALLOUT_LOG_LEVEL=debug says more, IOT_CALLOUT_LOG_FORMAT=json writes JSON lines.",
      "Exit codes: 0 ended by a signal, 1 something is wrong, 2 usage, 78 configuration."
    })
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final long CLOSE_SECONDS = 10;
  private static final int CONFIGURATION = 78;

  @Mixin private CommandOptions options = new CommandOptions();

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return command().execute(arguments);
  }

  static CommandLine command() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              LOG.error("iot-callout: {}", String.valueOf(e.getMessage()));
              LOG.debug("iot-callout", e);
              return e instanceof ConfigurationException || e instanceof PolicyException
                  ? CONFIGURATION
                  : CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() throws Exception {
    var settings = options.settings();
    var registry = Metered.registry();
    var vertx = Metered.vertx(registry);
    var callout =
        Callout.start(vertx, Clock.systemUTC(), settings, registry)
            .toCompletionStage()
            .toCompletableFuture()
            .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    LOG.info("callout: started, probes and metrics on port {}", callout.httpPort());
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  close(callout, vertx);
                  ended.countDown();
                }));
    ended.await();
    return CommandLine.ExitCode.OK;
  }

  private static void close(Callout callout, Vertx vertx) {
    try {
      callout
          .close()
          .eventually(vertx::close)
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
      LOG.info("callout: ended");
    } catch (Exception e) {
      LOG.warn("callout: ended in a hurry: {}", e.toString());
    }
  }

  /** What the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"iot-callout " + (version == null ? "(not packaged)" : version)};
    }
  }
}
