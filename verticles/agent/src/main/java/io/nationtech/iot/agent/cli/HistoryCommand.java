package io.nationtech.iot.agent.cli;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.status.HistoryEntry;
import io.nationtech.iot.agent.status.Words;
import io.nationtech.iot.agent.store.HistoryFile;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code iot-agent history}. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what the agent did here and why, the latest last.",
      "Kept over reboots; some thousand lines."
    })
public final class HistoryCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "A service (hello.web) or a deployment (hello): only what is about it.")
  private @Nullable String name;

  @Option(
      names = {"-n", "--lines"},
      description = "How many at the most; 0 for all. Default: ${DEFAULT-VALUE}",
      defaultValue = "50")
  private int lines;

  @Override
  public Integer call() throws SettingsException, IOException {
    System.out.print(text(config.read(), Optional.ofNullable(name), lines));
    return 0;
  }

  static String text(Settings settings, Optional<String> name, int lines) throws IOException {
    var words = new Words(Instant.now(), ZoneId.systemDefault());
    var all =
        new HistoryFile(settings.agent().stateDirectory())
            .read().stream()
                .filter(entry -> name.filter(wanted -> !isAbout(entry, wanted)).isEmpty())
                .toList();
    return all.stream()
        .skip(lines <= 0 ? 0 : Math.max(0, all.size() - lines))
        .map(entry -> line(entry, words))
        .collect(Collectors.joining());
  }

  private static boolean isAbout(HistoryEntry entry, String name) {
    return entry.text().startsWith(name + ": ")
        || entry
            .service()
            .filter(service -> service.equals(name) || service.startsWith(name + "."))
            .isPresent();
  }

  /** One line, whatever a registry or a document brought into it. */
  private static String line(HistoryEntry entry, Words words) {
    var level = entry.level().equals("INFO") ? "" : entry.level() + " ";
    return words.full(entry.time())
        + "  "
        + level
        + entry.text().replaceAll("\\p{Cntrl}+", " ")
        + "\n";
  }
}
