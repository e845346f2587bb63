package io.nationtech.iot.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code dev/bench NAME}: one benchmark a command. */
@Command(
    name = "dev/bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      ApplyToRunning.class,
      AgentIdle.class,
      IdleTraffic.class,
      Update.class,
      CalloutAuth.class,
      ReconnectStorm.class,
      PowerCut.class
    },
    description = "Measures against a baseline from the same run.")
public final class Main {
  private Main() {}

  /** Without a name: what there is. */
  public static void main(String[] arguments) {
    var line = new CommandLine(new Main());
    if (arguments.length == 0) {
      line.usage(System.out);
      return;
    }
    System.exit(line.execute(arguments));
  }
}
