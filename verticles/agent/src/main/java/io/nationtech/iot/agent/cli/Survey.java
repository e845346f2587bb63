package io.nationtech.iot.agent.cli;

import io.nationtech.iot.agent.config.CredsFile;
import io.nationtech.iot.agent.config.KeyFile;
import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.ServiceKey;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.plan.Facts;
import io.nationtech.iot.agent.plan.Holding;
import io.nationtech.iot.agent.plan.Images;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.Planner;
import io.nationtech.iot.agent.plan.Reporter;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.reconcile.Secrets;
import io.nationtech.iot.agent.status.HistoryEntry;
import io.nationtech.iot.agent.status.Live;
import io.nationtech.iot.agent.status.Situation;
import io.nationtech.iot.agent.store.BuildTime;
import io.nationtech.iot.agent.store.DirectoryLock;
import io.nationtech.iot.agent.store.HistoryFile;
import io.nationtech.iot.agent.store.LiveFile;
import io.nationtech.iot.agent.store.StateFile;
import io.nationtech.iot.agent.store.TimeFile;
import io.nationtech.iot.agent.zitadel.Kept;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds out how this device is: reads files, asks podman, changes nothing. Blocks. */
final class Survey {
  private final Settings settings;
  private final Path directory;
  private final Memory memory;
  private final Instant now;

  private Survey(Settings settings, Instant now) {
    this.settings = settings;
    this.directory = settings.agent().stateDirectory();
    this.memory = StateFile.read(directory, settings.device());
    this.now = now;
  }

  static Situation of(Settings settings, Instant now) throws IOException {
    return new Survey(settings, now).situation();
  }

  private Situation situation() throws IOException {
    boolean running = DirectoryLock.held(directory);
    var live = running ? LiveFile.read(directory) : Optional.<Live>empty();
    var podman = PodmanQuestion.ask(settings);
    return new Situation(
        settings.device(),
        running,
        live,
        memory.known().map(Memory.Known::document),
        memory.known().map(Memory.Known::revision).orElse(0L),
        podman.observed(),
        podman.detail(),
        deployments(live, podman.observed()),
        lastChanges(),
        identity(),
        disk(),
        new Situation.Clock(now, over()));
  }

  /** In the agent's own words where it runs, else what podman's answer means. */
  private SortedMap<String, Live.Stand> deployments(
      Optional<Live> live, Optional<List<ObservedContainer>> observed) {
    var seen = live.flatMap(Live::seen);
    if (seen.isPresent()) {
      return seen.get().deployments();
    }
    if (observed.isEmpty()) {
      return new TreeMap<>();
    }
    var facts =
        new Facts(
            memory.known().map(Memory.Known::document),
            observed.get(),
            memory.quarantined(),
            Map.of(),
            Set.of(),
            Set.of(),
            settings.policy(),
            Secrets.NONE.missing(),
            now,
            memory.proven(),
            new Images(Map.of(), Set.of()),
            new Holding(now, true, ZoneId.systemDefault(), Map.of(), memory.held()));
    var stands = Live.Stand.of(Reporter.report(facts, Planner.plan(facts), Map.of()));
    stands.replaceAll((name, stand) -> withoutAgent(stand));
    return stands;
  }

  private static Live.Stand withoutAgent(Live.Stand stand) {
    return switch (stand.phase()) {
      case Pulling, Starting, Stopping, Waiting ->
          new Live.Stand(
              Phase.Degraded,
              "AgentNotRunning",
              "not all is as it should be, and the agent that would see to it does not run");
      case Running, Degraded, Failed, RolledBack, Unsupported -> stand;
    };
  }

  private Map<String, HistoryEntry> lastChanges() throws IOException {
    var last = new TreeMap<String, HistoryEntry>();
    new HistoryFile(directory)
        .read()
        .forEach(entry -> entry.service().ifPresent(name -> last.put(name, entry)));
    return last;
  }

  private Situation.Identity identity() throws IOException {
    return switch (settings.identity()) {
      case Identity.Shared shared ->
          new Situation.Identity("shared", Optional.empty(), Optional.empty());
      case Identity.NatsCreds creds ->
          new Situation.Identity("nats-creds", expires(creds), Optional.empty());
      case Identity.Zitadel zitadel ->
          new Situation.Identity(
              "zitadel",
              new Kept(zitadel, directory).load().map(Token::expires),
              key(zitadel).flatMap(ServiceKey::expires));
    };
  }

  private static Optional<Instant> expires(Identity.NatsCreds creds) {
    try {
      return CredsFile.read(creds.credsFile()).expires();
    } catch (IOException e) {
      // It was read a moment ago, with the configuration.
      return Optional.empty();
    }
  }

  private static Optional<ServiceKey> key(Identity.Zitadel zitadel) {
    try {
      return Optional.of(KeyFile.read(zitadel.keyFile()));
    } catch (IOException e) {
      // It was read a moment ago, with the configuration.
      return Optional.empty();
    }
  }

  private Situation.Disk disk() throws IOException {
    var there = directory.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    var store = Files.getFileStore(there);
    return new Situation.Disk(directory.toString(), store.getUsableSpace(), store.getTotalSpace());
  }

  private Instant over() throws IOException {
    return Stream.of(
            Optional.of(BuildTime.read()),
            new TimeFile(directory).load(),
            memory.known().map(Memory.Known::time))
        .flatMap(Optional::stream)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }
}
