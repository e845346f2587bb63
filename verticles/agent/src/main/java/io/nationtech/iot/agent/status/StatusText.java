package io.nationtech.iot.agent.status;

import static io.nationtech.iot.agent.status.Words.brief;

import io.nationtech.iot.codec.ReportedDocument.Phase;

/** What {@code iot-agent status} prints. */
public final class StatusText {
  private StatusText() {}

  public static String of(Situation situation, Words words) {
    return header(situation, words) + "\n" + services(situation, words) + unwell(situation);
  }

  private static String header(Situation situation, Words words) {
    var lines = new Columns();
    lines.add(situation.device().value(), agent(situation, words));
    lines.add("  NATS", nats(situation, words));
    lines.add("  report", report(situation, words));
    lines.add("  identity", identity(situation.identity(), words));
    lines.add("  podman", brief(situation.podman()));
    lines.add("  disk", disk(situation.disk()));
    lines.add("  clock", clock(situation.clock(), words));
    return lines.toString();
  }

  private static String agent(Situation situation, Words words) {
    if (!situation.running()) {
      return "the agent does not run; below is what podman says, and what was wanted last";
    }
    return situation
        .live()
        .map(
            live ->
                "iot-agent %s runs since %s (pid %d)"
                    .formatted(live.version(), words.time(live.started()), live.pid()))
        .orElse("the agent runs, and has written nothing yet of how it is");
  }

  private static String nats(Situation situation, Words words) {
    return situation
        .live()
        .map(Live::nats)
        .map(
            nats ->
                nats.connected()
                    ? "connected to " + nats.detail() + " since " + words.time(nats.since())
                    : (nats.refused() ? "refuses this device since " : "not connected since ")
                        + words.time(nats.since())
                        + (nats.detail().isEmpty() ? "" : ": " + brief(nats.detail()))
                        + (nats.refused() ? "; ask who looks after the fleet" : ""))
        .orElse("not connected: the agent does not run");
  }

  private static String report(Situation situation, Words words) {
    return situation
        .live()
        .map(Live::report)
        .map(
            report ->
                report
                        .accepted()
                        .map(at -> "taken by NATS at " + words.time(at) + ", answers revision ")
                        .map(taken -> taken + report.revision())
                        .orElse("none was taken by NATS yet")
                    + (report.trouble().isEmpty() ? "" : "; " + brief(report.trouble())))
        .orElse("none");
  }

  private static String identity(Situation.Identity identity, Words words) {
    return identity.type()
        + identity.token().map(until -> ", token " + validity("valid", until, words)).orElse("")
        + identity.key().map(until -> ", key " + validity("valid", until, words)).orElse("");
  }

  private static String validity(String valid, java.time.Instant until, Words words) {
    return (words.now().isBefore(until) ? valid + " until " : "expired at ") + words.time(until);
  }

  private static String disk(Situation.Disk disk) {
    return "%s: %s of %s free%s"
        .formatted(
            disk.directory(),
            size(disk.free()),
            size(disk.total()),
            disk.full() ? ", too little for another image" : "");
  }

  static String size(long bytes) {
    return bytes >= 10L << 30 ? (bytes >> 30) + " GiB" : (bytes >> 20) + " MiB";
  }

  private static String clock(Situation.Clock clock, Words words) {
    var time = words.full(clock.system());
    return clock.plausible()
        ? time
        : time + ", which is wrong: it is after " + words.full(clock.over());
  }

  private static String services(Situation situation, Words words) {
    if (situation.desired().isEmpty() && situation.observed().isEmpty()) {
      return "";
    }
    var rows = Rows.of(situation);
    if (rows.isEmpty()) {
      return situation.desired().isPresent()
          ? "Nothing has to run here, and nothing of the agent's does.\n"
          : "No desired document was ever read, and nothing of the agent's runs.\n";
    }
    var table = new Columns();
    table.add("SERVICE", "SHOULD RUN", "RUNS", "SINCE", "LAST CHANGE");
    for (var row : rows) {
      table.add(
          row.service(),
          row.wanted().orElse(situation.desired().isPresent() ? "nothing" : "not known"),
          row.runs().orElse("not known"),
          row.since().map(words::time).orElse("-"),
          row.lastChange()
              .map(change -> words.time(change.time()) + " " + brief(change.what()))
              .orElse("-"));
    }
    return table.toString();
  }

  private static String unwell(Situation situation) {
    var lines = new StringBuilder();
    if (situation.desired().filter(document -> document.paused()).isPresent()) {
      lines.append("\nPaused: nothing is changed on this device.\n");
    }
    situation
        .deployments()
        .forEach(
            (name, stand) -> {
              if (stand.phase() != Phase.Running) {
                lines
                    .append('\n')
                    .append(name)
                    .append(" is ")
                    .append(stand.phase())
                    .append(" (")
                    .append(stand.reason())
                    .append("): ")
                    .append(brief(stand.message()));
              }
            });
    return lines.isEmpty() ? "" : lines.append('\n').toString();
  }
}
