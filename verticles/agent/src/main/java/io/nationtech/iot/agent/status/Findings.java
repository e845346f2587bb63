package io.nationtech.iot.agent.status;

import static io.nationtech.iot.agent.status.Words.brief;

import io.nationtech.iot.agent.plan.DiskSpace;
import java.util.List;
import java.util.Optional;

/** What is well and what is wrong with a situation, in the order in which it is to be mended. */
public final class Findings {
  /** Calls to systemd are the same for a service of the machine but for {@code --user}. */
  private static final String SYSTEMCTL = "systemctl --user ";

  private static final String NO_IMAGE = "ImagePullFailed";
  private static final List<Integer> OLDEST_PODMAN = List.of(4, 3);

  private Findings() {}

  public static String text(List<Finding> findings) {
    var lines = new Columns();
    for (var finding : findings) {
      lines.add(finding.ok() ? "ok" : "WRONG", finding.subject(), finding.words());
      if (!finding.ok()) {
        lines.add("", "", "to do: " + finding.remedy());
      }
    }
    long wrong = findings.stream().filter(finding -> !finding.ok()).count();
    return lines + (wrong == 0 ? "All is well.\n" : wrong + " wrong.\n");
  }

  public static Finding agent(Situation situation, Words words) {
    if (!situation.running()) {
      return Finding.wrong(
          "agent",
          "does not run",
          SYSTEMCTL
              + "start iot-agent; why it ended: journalctl --user -u iot-agent -n 50"
              + " (a service of the machine: both without --user)");
    }
    return Finding.ok(
        "agent",
        situation
            .live()
            .map(live -> "runs since " + words.time(live.started()))
            .orElse("runs, and has written nothing yet of how it is"));
  }

  /** {@code trouble}: why nothing can be written there; empty where something could. */
  public static Finding disk(Situation.Disk disk, Optional<String> trouble) {
    var space = "%s of %s free".formatted(size(disk.free()), size(disk.total()));
    if (trouble.isPresent()) {
      return Finding.wrong(
          "state directory",
          disk.directory() + " can't be written: " + brief(trouble.get()) + "; " + space,
          "it must belong to the user that the agent runs as, on a disk that is not full");
    }
    return disk.full()
        ? Finding.wrong(
            "disk", disk.directory() + ": " + space, "make room: df -h; podman system df")
        : Finding.ok("state directory", disk.directory() + " can be written, " + space);
  }

  /** The disk of podman's images, at {@code path}; {@code percent}: where images begin to go. */
  public static Finding images(DiskSpace space, String path, int percent) {
    var words =
        "%s: %d %% full, %s free; above %d %% images go that nobody needs"
            .formatted(path, space.percent(), size(space.free()), percent);
    return space.above(percent) > 0
        ? Finding.wrong(
            "podman's disk",
            words,
            "the agent removes what it pulled itself; the rest is for you: podman system df; df -h")
        : Finding.ok("podman's disk", words);
  }

  /** {@code damage}: what is wrong with the file that holds what was wanted last. */
  public static Finding state(Optional<String> damage, boolean copy) {
    var card = "; it may be the card or disk: journalctl -k -p err";
    return damage
        .map(
            words ->
                Finding.wrong(
                    "state file",
                    words,
                    copy
                        ? "nothing at once: the agent goes by the copy, and writes a new file at"
                            + " the next change"
                            + card
                        : "what runs runs on, but nothing more is started until NATS is reached"
                            + " once: then it is written anew"
                            + card))
        .orElse(Finding.ok("state file", "can be read"));
  }

  private static String size(long bytes) {
    return StatusText.size(bytes);
  }

  public static Finding clock(Situation.Clock clock, Words words) {
    return clock.plausible()
        ? Finding.ok("clock", words.full(clock.system()))
        : Finding.wrong(
            "clock",
            words.full(clock.system()) + ", but it is after " + words.full(clock.over()),
            "timedatectl set-ntp true, or set it: timedatectl set-time 'YYYY-MM-DD hh:mm:ss'");
  }

  public static Finding podman(Situation situation, String socket) {
    if (situation.observed().isEmpty()) {
      return Finding.wrong(
          "podman",
          brief(situation.podman()),
          SYSTEMCTL
              + "enable --now podman.socket (root's podman: without --user); it has to listen on "
              + socket);
    }
    return isOld(situation.podman())
        ? Finding.wrong("podman", situation.podman(), "the agent needs podman 4.3 or newer")
        : Finding.ok("podman", situation.podman());
  }

  private static boolean isOld(String podman) {
    var version = podman.replaceFirst("^podman ", "").split("[^0-9]+");
    try {
      int major = Integer.parseInt(version[0]);
      return major < OLDEST_PODMAN.getFirst()
          || major == OLDEST_PODMAN.getFirst()
              && Integer.parseInt(version[1]) < OLDEST_PODMAN.getLast();
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return false;
    }
  }

  /** A user's services end with the last session unless they linger, podman's socket too. */
  public static Finding linger(String user, boolean lingers) {
    return lingers
        ? Finding.ok("lingering", "services of user " + user + " run without a session")
        : Finding.wrong(
            "lingering",
            "services of user " + user + " end when nobody is signed in, and start with nobody",
            "loginctl enable-linger " + user);
  }

  public static Finding server(String url, Optional<String> trouble) {
    return trouble
        .map(
            why ->
                Finding.wrong(
                    "NATS server " + url,
                    brief(why),
                    "compare nats.urls and nats.ca_file with the server's; look whether this"
                        + " device's network lets it through"))
        .orElse(Finding.ok("NATS server " + url, "answers"));
  }

  public static Finding login(Optional<String> trouble) {
    return trouble
        .map(
            why ->
                Finding.wrong(
                    "NATS login",
                    brief(why),
                    "where it says authorization: nothing on this device; ask who looks after the"
                        + " fleet whether it was taken out of service, or never was let in"))
        .orElse(Finding.ok("NATS login", "the server lets this device in"));
  }

  public static Finding report(Live live, Words words) {
    var report = live.report();
    if (report.trouble().isEmpty() && report.accepted().isPresent()) {
      return Finding.ok(
          "report",
          "taken by NATS at "
              + words.time(report.accepted().get())
              + ", answers revision "
              + report.revision());
    }
    return Finding.wrong(
        "report",
        report.trouble().isEmpty() ? "none was taken yet" : brief(report.trouble()),
        "NATS has to be reached first; where it is, ask who looks after it whether bucket and"
            + " rights are there");
  }

  public static Finding key(Situation.Identity identity, Words words) {
    var expired = identity.key().filter(at -> !words.now().isBefore(at));
    return expired
        .map(
            at ->
                Finding.wrong(
                    "key file",
                    "expired at " + words.time(at),
                    "put a new key file in its place; no restart is needed"))
        .orElse(
            Finding.ok(
                "key file",
                identity.key().map(at -> "valid until " + words.time(at)).orElse("can be used")));
  }

  public static Finding creds(Situation.Identity identity, Words words) {
    var until = identity.token();
    return until.filter(at -> !words.now().isBefore(at)).isPresent()
        ? Finding.wrong(
            "creds file",
            "expired at " + words.time(until.get()),
            "put a new one in its place; no restart is needed")
        : Finding.ok(
            "creds file", until.map(at -> "valid until " + words.time(at)).orElse("never expires"));
  }

  public static Finding provider(String issuer, Optional<String> trouble) {
    return trouble
        .map(
            why ->
                Finding.wrong(
                    "identity provider " + issuer,
                    brief(why),
                    "tell whoever looks after the identity provider; what runs here runs on"))
        .orElse(Finding.ok("identity provider " + issuer, "gives this device tokens"));
  }

  public static Finding deployment(String name, Live.Stand stand) {
    return switch (stand.phase()) {
      case Running, Pulling, Starting, Stopping, Waiting ->
          Finding.ok("deployment " + name, stand.phase() + ": " + brief(stand.message()));
      case Degraded, Failed ->
          Finding.wrong(
              "deployment " + name,
              stand.reason() + ": " + brief(stand.message()),
              stand.reason().equals(NO_IMAGE)
                  ? "the line of its image, below, says what to do"
                  : "what the service itself says: iot-agent logs "
                      + name
                      + ".SERVICE; what was done: iot-agent history "
                      + name);
      case RolledBack ->
          Finding.wrong(
              "deployment " + name,
              "a new version failed, the old one runs: " + brief(stand.message()),
              "a mended version, or annotation retry where it is good after all");
      case Unsupported ->
          Finding.wrong(
              "deployment " + name,
              brief(stand.message()),
              "what ran runs on; a newer agent, a change of [policy], or of the deployment");
    };
  }
}
