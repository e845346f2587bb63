package io.nationtech.iot.agent.status;

import io.nationtech.iot.agent.plan.Tally;
import io.nationtech.iot.codec.ReportedDocument;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a running agent knows of itself, and nobody can find out without it.
 *
 * @param seen what its last pass found, from the first one on
 * @param podman why podman can't be asked; empty where it answers
 */
public record Live(
    String version,
    long pid,
    Instant started,
    Optional<Seen> seen,
    String podman,
    Nats nats,
    Identity identity,
    Report report) {

  /** What a pass found. */
  public record Seen(long revision, Tally tally, SortedMap<String, Stand> deployments) {}

  /** How a deployment stands, in the words of its report. */
  public record Stand(ReportedDocument.Phase phase, String reason, String message) {
    public static SortedMap<String, Stand> of(
        SortedMap<String, ReportedDocument.Deployment> reported) {
      var stands = new TreeMap<String, Stand>();
      reported.forEach(
          (name, said) -> stands.put(name, new Stand(said.phase(), said.reason(), said.message())));
      return stands;
    }
  }

  /**
   * The connection.
   *
   * @param refused a server answers, and does not let this device in
   * @param detail the server's address, or why there is no connection
   */
  public record Nats(boolean connected, boolean refused, Instant since, String detail) {}

  /**
   * The identity provider's token, where one is used.
   *
   * @param trouble why there is no newer one; empty where nothing is wrong
   */
  public record Identity(Optional<Instant> expires, String trouble) {}

  /**
   * The last report that NATS took.
   *
   * @param trouble why the present one was not taken; empty where nothing is wrong
   */
  public record Report(Optional<Instant> accepted, long revision, String trouble) {}

  /** An agent that has just started. */
  public static Live begun(String version, long pid, Instant now) {
    return new Live(
        version,
        pid,
        now,
        Optional.empty(),
        "",
        new Nats(false, false, now, ""),
        new Identity(Optional.empty(), ""),
        new Report(Optional.empty(), 0, ""));
  }

  public Live with(Seen seen) {
    return new Live(version, pid, started, Optional.of(seen), "", nats, identity, report);
  }

  public Live withoutPodman(String why) {
    return new Live(version, pid, started, seen, why, nats, identity, report);
  }

  /** {@code since} stays while it is no other state. */
  public Live with(Nats now) {
    var kept =
        now.connected() == nats.connected()
            ? new Nats(nats.connected(), now.refused(), nats.since(), now.detail())
            : now;
    return new Live(version, pid, started, seen, podman, kept, identity, report);
  }

  public Live with(Identity identity) {
    return new Live(version, pid, started, seen, podman, nats, identity, report);
  }

  public Live with(Report report) {
    return new Live(version, pid, started, seen, podman, nats, identity, report);
  }
}
