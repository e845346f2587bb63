package io.nationtech.iot.bench;

import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.power.Cut.Mode;
import io.nationtech.iot.platform.power.Outcome;
import io.nationtech.iot.platform.power.PowerCuts;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills devices at random moments, and looks at what comes back. */
@Command(
    name = "power-cut",
    mixinStandardHelpOptions = true,
    description =
        "Kills agents, podman and whole devices at random moments, and looks at what comes back."
            + " Needs root. Exit code 1 where anything was wrong.")
final class PowerCut implements Callable<Integer> {
  private static final double GOAL_FIRST_START_MS = 5000;

  @Option(names = "--kills", description = "How many (default: ${DEFAULT-VALUE}).")
  private int kills = 50;

  @Option(
      names = "--mode",
      description = "agent, all, power, or mixed: all three (default: ${DEFAULT-VALUE}).")
  private String mode = "mixed";

  @Option(names = "--seed", description = "Of the first check; the next has one more.")
  private long seed = System.currentTimeMillis();

  @Option(names = "--devices", description = "At once (default: ${DEFAULT-VALUE}).")
  private int devices = 3;

  private final List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());

  @Override
  public Integer call() throws IOException {
    var directory = Files.createTempDirectory("power-cut");
    System.out.printf("seed %d, logs in %s%n", seed, directory);
    new PowerCuts(directory, Programs.cachedAgent(directory), modes(), seed, kills, devices)
        .run(this::heard);
    Figures.header();
    times("proven workloads run again", outcomes.stream().map(Outcome::recovered).toList());
    var starts = outcomes.stream().map(Outcome::firstStart).flatMap(Optional::stream).toList();
    times("first start by the agent", starts);
    long failed = outcomes.stream().filter(outcome -> !outcome.problems().isEmpty()).count();
    Figures.result("kills", outcomes.stream().mapToInt(outcome -> outcome.cut().kills()).sum(), "");
    Figures.result("lost_workloads", outcomes.stream().mapToInt(Outcome::lost).sum(), "");
    Figures.result("failed", failed, "of " + outcomes.size() + " checks");
    Figures.result(
        "used_copy_before", outcomes.stream().filter(Outcome::usedCopyBefore).count(), "times");
    Figures.result(
        "first_start_within_5_s",
        starts.stream().filter(time -> time.toMillis() <= GOAL_FIRST_START_MS).count(),
        "of " + starts.size());
    return failed == 0 ? 0 : 1;
  }

  private List<Mode> modes() {
    return mode.equals("mixed")
        ? Arrays.asList(Mode.values())
        : List.of(Mode.valueOf(mode.toUpperCase(Locale.ROOT)));
  }

  private void heard(Outcome outcome) {
    outcomes.add(outcome);
    var all = outcome.problems().isEmpty() ? "ok" : String.join("; ", outcome.problems());
    Figures.progress("%d, %s: %s".formatted(outcomes.size(), outcome.cut(), all));
  }

  private static void times(String what, List<Duration> times) {
    if (!times.isEmpty()) {
      Figures.row(what, times.stream().map(time -> time.toNanos() / 1e6).toList(), "ms");
    }
  }
}
