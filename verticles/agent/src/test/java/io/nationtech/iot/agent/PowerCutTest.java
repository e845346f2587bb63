package io.nationtech.iot.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.power.Cut.Mode;
import io.nationtech.iot.platform.power.Outcome;
import io.nationtech.iot.platform.power.PowerCuts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A few of the kills that {@code dev/bench power-cut} makes by the thousand. */
class PowerCutTest {
  private static final int KILLS = 50;
  private static final int DEVICES = 4;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory = Path.of("");

  @Test
  @Tag("slow")
  void whateverIsKilledWheneverAllComesBackAndNothingIsLeftOver() {
    assumeTrue(Command.run("id", "-u").strip().equals("0"), "mounts a disk: needs root");
    var agent =
        List.of(
            Program.java(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    long seed = System.currentTimeMillis();
    System.out.println("PowerCutTest: the first check has the seed " + seed);
    var outcomes = Collections.synchronizedList(new ArrayList<Outcome>());
    new PowerCuts(directory, agent, Arrays.asList(Mode.values()), seed, KILLS, DEVICES)
        .run(outcomes::add);
    assertTrue(outcomes.stream().mapToInt(outcome -> outcome.cut().kills()).sum() >= KILLS);
    assertEquals(
        List.of(),
        outcomes.stream()
            .filter(outcome -> outcome.lost() > 0 || !outcome.problems().isEmpty())
            .map(outcome -> outcome.cut() + ": " + outcome.problems() + ", logs in " + directory)
            .toList());
  }
}
