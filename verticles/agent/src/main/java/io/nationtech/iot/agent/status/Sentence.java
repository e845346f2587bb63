package io.nationtech.iot.agent.status;

import static io.nationtech.iot.agent.status.Words.brief;

import io.nationtech.iot.agent.plan.Tally;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** The one line of {@code systemctl status}. */
public final class Sentence {
  private Sentence() {}

  public static String of(DeviceId device, Live live, Words words) {
    var parts = new ArrayList<String>();
    if (!live.podman().isEmpty()) {
      parts.add(brief(live.podman()));
    } else {
      parts.add(live.seen().map(Sentence::services).orElse("starting"));
    }
    parts.add(nats(live.nats(), words));
    live.identity().expires().ifPresent(until -> parts.add(token(live.identity(), words)));
    if (live.identity().expires().isEmpty() && !live.identity().trouble().isEmpty()) {
      parts.add("no token: " + brief(live.identity().trouble()));
    }
    if (live.nats().connected() && !live.report().trouble().isEmpty()) {
      parts.add("NATS does not take the report: " + brief(live.report().trouble()));
    }
    return device + ": " + String.join("; ", parts);
  }

  private static String services(Live.Seen seen) {
    var tally = seen.tally();
    var unwell =
        seen.deployments().entrySet().stream()
            .filter(entry -> entry.getValue().phase() != Phase.Running)
            .map(entry -> entry.getKey() + " is " + entry.getValue().phase())
            .collect(Collectors.joining(", "));
    return count(seen, tally)
        + (unwell.isEmpty() ? "" : " (" + brief(unwell) + ")")
        + (tally.paused() ? "; paused, so nothing is changed" : "");
  }

  private static String count(Live.Seen seen, Tally tally) {
    if (seen.revision() == 0) {
      return "no desired document yet";
    }
    return tally.wanted() == 0
        ? "nothing has to run"
        : tally.running() + " of " + tally.wanted() + " services run";
  }

  private static String nats(Live.Nats nats, Words words) {
    if (nats.connected()) {
      return "connected to NATS";
    }
    if (nats.detail().isEmpty()) {
      return "not connected to NATS yet";
    }
    return (nats.refused() ? "NATS refuses this device since " : "no connection to NATS since ")
        + words.time(nats.since())
        + " ("
        + brief(nats.detail())
        + ")";
  }

  private static String token(Live.Identity identity, Words words) {
    var until = identity.expires().orElseThrow();
    var trouble = identity.trouble().isEmpty() ? "" : " (" + brief(identity.trouble()) + ")";
    return (words.now().isBefore(until) ? "token valid until " : "token expired at ")
        + words.time(until)
        + trouble;
  }
}
