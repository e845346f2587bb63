package io.nationtech.iot.agent.cli;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.config.SettingsFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration is meant; the same for every command. */
public final class ConfigOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "The configuration, TOML, readable by its owner only. Default:"
              + " ~/.config/iot-agent/agent.toml where there is one,"
              + " /etc/iot-agent/agent.toml otherwise.")
  private @Nullable Path config;

  public Path file() {
    return config == null ? SettingsFile.usual() : config;
  }

  public Settings read() throws SettingsException {
    return SettingsFile.read(file());
  }
}
