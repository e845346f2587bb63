package io.nationtech.iot.agent;

import io.nationtech.iot.agent.cli.Check;
import io.nationtech.iot.agent.cli.ConfigCommand;
import io.nationtech.iot.agent.cli.ConfigOption;
import io.nationtech.iot.agent.cli.HistoryCommand;
import io.nationtech.iot.agent.cli.Logs;
import io.nationtech.iot.agent.cli.Status;
import io.nationtech.iot.agent.cli.SupportBundle;
import io.nationtech.iot.agent.config.SettingsException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import org.jspecify.annotations.Nullable;
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
    versionProvider = Commands.Version.class,
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
final class Commands implements Runnable {
  private static final int SOMETHING_WRONG = 1;

  @Spec private @Nullable CommandSpec spec;

  /** Does what the words say, and gives the exit code. */
  static int execute(String... arguments) {
    var line = new CommandLine(new Commands());
    line.setExecutionExceptionHandler(Commands::said);
    return line.execute(arguments);
  }

  private static int said(Exception e, CommandLine line, ParseResult parsed) throws Exception {
    return switch (e) {
      case SettingsException wrong -> Main.wrong(wrong);
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
    return Main.run(config.read());
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"iot-agent " + Main.version()};
    }
  }
}
