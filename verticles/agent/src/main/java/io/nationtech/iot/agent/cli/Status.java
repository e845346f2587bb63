package io.nationtech.iot.agent.cli;

import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.status.StatusJson;
import io.nationtech.iot.agent.status.StatusText;
import io.nationtech.iot.agent.status.Words;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code iot-agent status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what should run here, what runs, and how the agent is.",
      "Needs no network, and works while the agent does not run: then it exits 3."
    })
public final class Status implements Callable<Integer> {
  private static final int RUNS = 0;
  private static final int DOES_NOT_RUN = 3;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(names = "--json", description = "Prints JSON, with times in UTC.")
  private boolean json;

  @Override
  public Integer call() throws SettingsException, IOException {
    var now = Instant.now();
    var situation = Survey.of(config.read(), now);
    System.out.println(
        json
            ? StatusJson.of(situation)
            : StatusText.of(situation, new Words(now, ZoneId.systemDefault())).stripTrailing());
    return situation.running() ? RUNS : DOES_NOT_RUN;
  }
}
