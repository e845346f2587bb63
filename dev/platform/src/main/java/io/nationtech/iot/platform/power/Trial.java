package io.nationtech.iot.platform.power;

import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.platform.power.Cut.Mode;
import io.nationtech.iot.platform.power.Cut.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Kills one device again and again, and looks each time at what comes back. */
final class Trial {
  private static final Duration BACK = Duration.ofMinutes(2);
  private static final Duration SETTLED = Duration.ofMinutes(4);
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(15);

  private final Device device;
  private final Disk template;
  private final Path directory;
  private final Inspection inspection;
  private Wanted wanted = new Wanted(1, false, 1);
  private boolean standing;

  Trial(Path directory, Device device, Disk template) {
    this.directory = directory;
    this.device = device;
    this.template = template;
    this.inspection = new Inspection(device);
  }

  Outcome run(Cut cut) {
    var problems = new ArrayList<String>();
    if (cut.moment() != Moment.FIRST_START) {
      problems.addAll(stand());
      if (!problems.isEmpty()) {
        standing = false;
        return failed(cut, problems);
      }
    }
    var before = wanted;
    var untouched = cut.moment() == Moment.STATE_WRITE ? started() : Optional.<Instant>empty();
    if (cut.mode() == Mode.POWER && cut.moment() != Moment.FIRST_START) {
      device.world.sync();
    }
    during(cut);
    kill(cut, problems);
    if (cut.offline()) {
      device.stopNats();
    }
    device.startAgent();
    for (var again : cut.again()) {
      pause(again);
      kill(cut, problems);
      device.startAgent();
    }
    var back = back(cut, before, problems);
    if (cut.offline()) {
      device.startNats();
    }
    Inspection.until(SETTLED, () -> inspection.settled(wanted)).stream()
        .map("not within 4 min: "::concat)
        .forEach(problems::add);
    problems.addAll(inspection.journal());
    if (cut.mode() == Mode.AGENT && untouched.isPresent() && !untouched.equals(started())) {
      problems.add("main was started again, though only the agent was killed");
    }
    standing = problems.isEmpty();
    return new Outcome(
        cut,
        back.after,
        back.firstStart,
        back.lost,
        device.journal().stream().anyMatch(line -> line.contains("using the copy before it")),
        List.copyOf(problems));
  }

  private static Outcome failed(Cut cut, List<String> problems) {
    return new Outcome(cut, Duration.ZERO, Optional.empty(), 0, false, List.copyOf(problems));
  }

  /** Has a proven version run, on a new machine where the last one did not come back. */
  private List<String> stand() {
    if (!standing) {
      bootAnew();
      device.want(wanted);
      device.startAgent();
    } else if (wanted.good()) {
      return List.of();
    } else {
      wanted = wanted.backToGood();
      device.want(wanted);
    }
    return Inspection.until(SETTLED, () -> inspection.settled(wanted)).stream()
        .map("before the kill: "::concat)
        .toList();
  }

  private void bootAnew() {
    device.killAgent();
    device.world.close();
    device.world.boot(template.copy(directory.resolve("disk-0.img")));
    wanted = new Wanted(Math.abs(wanted.version()) + 1, false, 1);
  }

  private void during(Cut cut) {
    switch (cut.moment()) {
      case FIRST_START -> {
        bootAnew();
        device.want(wanted);
        device.startAgent();
        pause(cut.after());
      }
      case UPDATE -> {
        wanted = wanted.next();
        device.want(wanted);
        pause(cut.after());
      }
      case ROLLBACK -> {
        wanted = wanted.bad();
        device.want(wanted);
        pause(cut.after());
      }
      case STATE_WRITE -> {
        for (var left = cut.after(); left.isPositive(); left = left.minus(BETWEEN_WRITES)) {
          wanted = wanted.again();
          device.want(wanted);
          pause(BETWEEN_WRITES);
        }
      }
    }
  }

  private void kill(Cut cut, List<String> problems) {
    long reported = device.lastReport().map(ReportedDocument::revision).orElse(0L);
    switch (cut.mode()) {
      case AGENT -> device.killAgent();
      case ALL -> {
        device.world.killAll();
        device.killAgent();
      }
      case POWER -> {
        device.killAgent();
        device.world.boot(device.world.cutPower());
      }
    }
    if (cut.moment() != Moment.FIRST_START || device.revisionOnDisk().isPresent()) {
      long kept = device.revisionOnDisk().orElse(0L);
      if (kept < reported) {
        problems.add("the disk has revision %d, though %d was reported".formatted(kept, reported));
      }
    }
    if (cut.mode() == Mode.ALL) {
      device.world.startPodman();
    }
  }

  private record Back(Duration after, Optional<Duration> firstStart, int lost) {}

  /** What was proven before, and is wanted still, runs again: that version or the one after it. */
  private Back back(Cut cut, Wanted before, List<String> problems) {
    if (cut.moment() == Moment.FIRST_START) {
      return new Back(Duration.ZERO, Optional.empty(), 0);
    }
    var missing = Inspection.until(BACK, () -> missing(before));
    var after = Duration.between(device.begun(), Instant.now());
    missing.stream().map(name -> name + " did not come back within 2 min").forEach(problems::add);
    var first =
        cut.mode() == Mode.AGENT
            ? Optional.<Instant>empty()
            : Containers.look(device.world)
                .flatMap(found -> found.firstStart(device.world, device.begun()));
    return new Back(after, first.map(at -> Duration.between(device.begun(), at)), missing.size());
  }

  private List<String> missing(Wanted before) {
    if (!device.looked()) {
      return List.of("the agent");
    }
    var missing = new ArrayList<String>();
    var found = Containers.look(device.world);
    if (found.filter(all -> all.runs(Wanted.MAIN, before.version(), wanted.version())).isEmpty()) {
      missing.add(Wanted.MAIN);
    }
    if (before.extra()
        && wanted.extra()
        && found.filter(all -> !all.running(Wanted.EXTRA).isEmpty()).isEmpty()) {
      missing.add(Wanted.EXTRA);
    }
    return missing;
  }

  private Optional<Instant> started() {
    return Containers.look(device.world).stream()
        .flatMap(found -> found.running(Wanted.MAIN).stream())
        .findFirst()
        .flatMap(container -> Containers.started(device.world, container.id()));
  }

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
