package io.nationtech.iot.platform.power;

import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Compares what is with what has to be; every finding is a sentence, none means that all is well.
 */
final class Inspection {
  private static final Set<String> STATE_FILES =
      Set.of(
          "history.jsonl",
          "history.old.jsonl",
          "live.json",
          "lock",
          "state.json",
          "state.json.previous");

  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Device device;

  Inspection(Device device) {
    this.device = device;
  }

  /** The device has come to rest at what is wanted, and its report is true. */
  List<String> settled(Wanted wanted) {
    var problems = report(wanted);
    if (problems.isEmpty()) {
      problems = podman(wanted);
    }
    if (problems.isEmpty()) {
      problems = disk();
    }
    return problems;
  }

  private List<String> report(Wanted wanted) {
    var problems = new ArrayList<String>();
    var report = device.reported();
    if (report.isEmpty()) {
      return List.of("the agent that was started has not reported");
    }
    long revision = report.get().revision();
    if (revision != device.revision()) {
      problems.add("reported revision %d, not %d".formatted(revision, device.revision()));
    }
    var phases = phases(report.get());
    var expected = wanted.good() ? Phase.Running : Phase.RolledBack;
    if (!phases.equals(
        names(wanted, name -> name.equals(Wanted.MAIN) ? expected : Phase.Running))) {
      problems.add("reported phases are " + phases);
    }
    return problems;
  }

  private static Set<String> phases(ReportedDocument report) {
    var phases = new TreeSet<String>();
    report.deployments().forEach((name, deployment) -> phases.add(name + " " + deployment.phase()));
    return phases;
  }

  private interface Word {
    Object of(String deployment);
  }

  private static Set<String> names(Wanted wanted, Word word) {
    var names = new TreeSet<>(Set.of(Wanted.MAIN + " " + word.of(Wanted.MAIN)));
    if (wanted.extra()) {
      names.add(Wanted.EXTRA + " " + word.of(Wanted.EXTRA));
    }
    return names;
  }

  private List<String> podman(Wanted wanted) {
    var found = Containers.look(device.world);
    if (found.isEmpty()) {
      return List.of("podman does not answer");
    }
    var problems = new ArrayList<String>();
    var expected =
        names(wanted, name -> Wire.containerName(name, "web") + " " + reportedContainer(name));
    var there = new TreeSet<String>();
    for (var container : found.get().all()) {
      var name = container.name();
      var deployment = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
      there.add(
          deployment
              + " "
              + name
              + " "
              + container.id()
              + (container.running() ? "" : " " + container.words()));
    }
    check(problems, "containers", expected, there);
    if (!found.get().runs(Wanted.MAIN, Math.abs(wanted.version()))) {
      problems.add("main runs another version than " + Math.abs(wanted.version()));
    }
    var networks = new TreeSet<>(Set.of("podman", Wire.networkName(Wanted.MAIN)));
    if (wanted.extra()) {
      networks.add(Wire.networkName(Wanted.EXTRA));
    }
    var listed = device.world.podman("network", "ls", "--format", "{{.Name}}").output();
    check(problems, "networks", networks, new TreeSet<>(listed.lines().toList()));
    return problems;
  }

  private String reportedContainer(String deployment) {
    return device
        .reported()
        .map(report -> report.deployments().get(deployment))
        .map(Objects::requireNonNull)
        .map(there -> there.services().get("web"))
        .map(service -> service.containerId())
        .orElse("not reported");
  }

  private List<String> disk() {
    var problems = new ArrayList<String>();
    var left = new TreeSet<>(device.stateFiles());
    left.removeAll(STATE_FILES);
    if (!left.isEmpty()) {
      problems.add("left over in the state directory: " + left);
    }
    long revision = device.revisionOnDisk().orElse(-1L);
    if (revision != device.revision()) {
      problems.add("revision on disk is %d, not %d".formatted(revision, device.revision()));
    }
    return problems;
  }

  /** What the journal must never say. */
  List<String> journal() {
    return device.journal().stream().filter(line -> line.contains(" ERROR ")).toList();
  }

  private static void check(
      List<String> problems, String what, Set<String> expected, Set<String> there) {
    if (!there.equals(expected)) {
      problems.add("%s are %s, not %s".formatted(what, there, expected));
    }
  }

  /** Looks until nothing is found or the time is over, and gives what was found last. */
  static List<String> until(Duration patience, Supplier<List<String>> look) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      var found = look.get();
      if (found.isEmpty() || System.nanoTime() > end) {
        return found;
      }
      Trial.pause(PAUSE);
    }
  }
}
