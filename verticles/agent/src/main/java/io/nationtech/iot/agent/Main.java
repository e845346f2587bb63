package io.nationtech.iot.agent;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.config.SettingsFile;
import io.nationtech.iot.agent.systemd.ServiceManager;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** Where the program begins: the agent itself, or a command; wiring only. */
public final class Main {
  private static final int SOMETHING_WRONG = 1;
  private static final int CONFIGURATION = 78;
  private static final int LONGEST_GOODBYE_SECONDS = 5;
  private static final Set<String> CONFIG = Set.of("-c", "--config");

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    System.setProperty("vertx.disableFileCPResolving", "true");
    // A command's output is its own: only the agent itself, by run, has a journal.
    LogOutput.silence();
    System.exit(isPlainRun(arguments) ? plainRun(arguments) : Commands.execute(arguments));
  }

  /**
   * {@code run}, alone or with a configuration, as service managers start it, does without picocli:
   * its classes are of a version that no ahead-of-time cache takes, and cost a third of the start.
   */
  private static boolean isPlainRun(String[] arguments) {
    return arguments.length > 0
        && arguments[0].equals("run")
        && (arguments.length == 1 || arguments.length == 3 && CONFIG.contains(arguments[1]));
  }

  private static int plainRun(String[] arguments) throws InterruptedException {
    try {
      var file = arguments.length == 1 ? SettingsFile.usual() : Path.of(arguments[2]);
      return run(SettingsFile.read(file));
    } catch (SettingsException e) {
      return wrong(e);
    }
  }

  /** Says every problem, and gives the exit code. */
  static int wrong(SettingsException e) {
    e.problems().forEach(System.err::println);
    return CONFIGURATION;
  }

  /** Runs until a signal ends the process; containers are left alone. */
  static int run(Settings settings) throws InterruptedException {
    var log = LoggerFactory.getLogger("iot-agent");
    LogOutput.journal(settings.logLevel());
    var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    var failed = new CountDownLatch(1);
    var service = ServiceManager.of(System.getenv());
    vertx
        .deployVerticle(new Agent(settings, version(), service))
        .onFailure(
            e -> {
              service.status("can't start: " + e.getMessage());
              log.error("the agent can't start: {}", e.getMessage());
              failed.countDown();
            });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> goodbye(vertx, failed), "goodbye"));
    failed.await();
    return SOMETHING_WRONG;
  }

  private static void goodbye(Vertx vertx, CountDownLatch failed) {
    end(vertx);
    if (failed.getCount() > 0) {
      // The JVM's own exit code for a signal, 143, would be a failure to whoever started this.
      Runtime.getRuntime().halt(0);
    }
  }

  private static void end(Vertx vertx) {
    LoggerFactory.getLogger("iot-agent").info("iot-agent ends; containers run on");
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(LONGEST_GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LoggerFactory.getLogger("iot-agent").warn("the agent did not end in order: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Of the jar. */
  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
