package io.nationtech.iot.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.nationtech.iot.agent.cli.Check;
import io.nationtech.iot.agent.cli.ConfigCommand;
import io.nationtech.iot.agent.cli.ConfigOption;
import io.nationtech.iot.agent.cli.HistoryCommand;
import io.nationtech.iot.agent.cli.Logs;
import io.nationtech.iot.agent.cli.Status;
import io.nationtech.iot.agent.cli.SupportBundle;
import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.systemd.JournalSocket;
import io.nationtech.iot.agent.systemd.ServiceManager;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command line of the agent; wiring only. */
@Command(
    name = "iot-agent",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      Status.class,
      Check.class,
      HistoryCommand.class,
      Logs.class,
      ConfigCommand.class,
      SupportBundle.class,
      GenerateCompletion.class
    },
    description = "Runs on this machine's podman what its desired document in NATS says.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:ended by a signal",
      " 1:something is wrong",
      " 2:usage",
      " 3:the agent does not run (status)",
      "78:the configuration is wrong"
    })
public final class Main implements Runnable {
  private static final int SOMETHING_WRONG = 1;
  private static final int CONFIGURATION = 78;
  private static final int LONGEST_GOODBYE_SECONDS = 5;

  @Spec private @Nullable CommandSpec spec;

  public static void main(String[] arguments) {
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    System.setProperty("vertx.disableFileCPResolving", "true");
    // A command's output is its own: only the agent itself, by run, has a journal.
    log(Level.OFF, Level.OFF);
    var line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(Main::said);
    System.exit(line.execute(arguments));
  }

  private static int said(Exception e, CommandLine line, ParseResult parsed) throws Exception {
    return switch (e) {
      case SettingsException wrong -> {
        wrong.problems().forEach(System.err::println);
        yield CONFIGURATION;
      }
      case IOException io -> {
        System.err.println("iot-agent: " + words(io));
        yield SOMETHING_WRONG;
      }
      default -> throw e;
    };
  }

  /** Some exceptions of the JDK say nothing but the file's name. */
  private static String words(IOException e) {
    return switch (e) {
      case AccessDeniedException denied ->
          denied.getFile()
              + " is not open to this user: type this as the user that the agent runs as, or root";
      case FileAlreadyExistsException there -> there.getFile() + " is there already";
      default -> String.valueOf(e.getMessage());
    };
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "Say what to do: iot-agent run, status, check, ... (--help)");
    }
  }

  /** Runs until a signal ends it; containers are left alone. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = "Runs the agent. A signal ends it and leaves the containers running.")
  int run(@Mixin ConfigOption config) throws InterruptedException, SettingsException {
    return run(config.read());
  }

  private static int run(Settings settings) throws InterruptedException {
    var log = LoggerFactory.getLogger("iot-agent");
    say(Level.toLevel(settings.logLevel()));
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

  /** {@code least} decides what the journal says; the history takes all from INFO on. */
  private static void say(Level least) {
    log(Level.WARN, least.isGreaterOrEqual(Level.INFO) ? Level.INFO : least);
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      var threshold = new ThresholdFilter();
      threshold.setLevel(least.toString());
      threshold.start();
      journal(root).addFilter(threshold);
    }
  }

  /** Standard output, or the journal's own socket in its place. */
  private static Appender<ILoggingEvent> journal(Logger root) {
    var output = root.getAppender("STDOUT");
    return JournalSocket.of(System.getenv())
        .<Appender<ILoggingEvent>>map(
            socket -> {
              var journal = new JournalAppender(socket, output);
              root.detachAppender(output);
              root.addAppender(journal);
              return journal;
            })
        .orElse(output);
  }

  private static void log(Level others, Level own) {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(others);
      root.getLoggerContext().getLogger("iot-agent").setLevel(own);
    }
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

  private static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"iot-agent " + version()};
    }
  }
}
