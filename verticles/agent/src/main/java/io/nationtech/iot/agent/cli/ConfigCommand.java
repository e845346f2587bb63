package io.nationtech.iot.agent.cli;

import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.config.SettingsFile;
import io.nationtech.iot.agent.status.Columns;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code iot-agent config show}. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Shows the configuration that counts.")
public final class ConfigCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "Say what to do: iot-agent config show");
    }
  }

  /** Each setting with its value and where that came from; secrets are hidden. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows each setting, its value and where that came from; secrets are hidden.")
  int show(@Mixin ConfigOption config) throws SettingsException {
    System.out.print(text(config.file()));
    return 0;
  }

  static String text(Path file) throws SettingsException {
    var table = new Columns();
    table.add("SETTING", "FROM", "VALUE");
    for (var setting : SettingsFile.explain(file)) {
      table.add(setting.key(), setting.origin(), setting.value());
    }
    return table.toString();
  }
}
