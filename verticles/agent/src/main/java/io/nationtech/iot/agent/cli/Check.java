package io.nationtech.iot.agent.cli;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.podman.GraphRoot;
import io.nationtech.iot.agent.status.Finding;
import io.nationtech.iot.agent.status.Findings;
import io.nationtech.iot.agent.status.Live;
import io.nationtech.iot.agent.status.Registries;
import io.nationtech.iot.agent.status.Situation;
import io.nationtech.iot.agent.status.Words;
import io.nationtech.iot.agent.store.BuildTime;
import io.nationtech.iot.agent.store.DurableFile;
import io.nationtech.iot.agent.store.StateFile;
import io.nationtech.iot.agent.zitadel.Trial;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.nats.Trust;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code iot-agent check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Looks for what is wrong, and says what to do about it.",
      "Asks podman, NATS, the identity provider and the registries; changes nothing."
    })
public final class Check implements Callable<Integer> {
  private static final int SOMETHING_WRONG = 1;
  private static final Path SYSTEMD_RUNS = Path.of("/run/systemd/system");
  private static final Path LINGERING = Path.of("/var/lib/systemd/linger");

  @Mixin private ConfigOption config = new ConfigOption();

  public Check() {}

  Check(ConfigOption config) {
    this.config = config;
  }

  @Override
  public Integer call() throws IOException {
    var findings = findings();
    System.out.print(Findings.text(findings));
    return findings.stream().allMatch(Finding::ok) ? 0 : SOMETHING_WRONG;
  }

  List<Finding> findings() throws IOException {
    try {
      return findings(config.read());
    } catch (SettingsException e) {
      return e.problems().stream()
          .map(
              problem ->
                  Finding.wrong(
                      "configuration", problem, "mend it there, as the user the agent runs as"))
          .toList();
    }
  }

  private List<Finding> findings(Settings settings) throws IOException {
    var now = Instant.now();
    var words = new Words(now, ZoneId.systemDefault());
    var situation = Survey.of(settings, now);
    var findings = new ArrayList<Finding>();
    findings.add(Finding.ok("configuration", config.file().toString()));
    findings.add(Findings.agent(situation, words));
    findings.add(Findings.disk(situation.disk(), writing(settings.agent().stateDirectory())));
    var damage = StateFile.damage(settings.agent().stateDirectory(), settings.device());
    findings.add(
        Findings.state(
            damage.map(DurableFile.Damage::words),
            damage.map(DurableFile.Damage::copy).orElse(true)));
    findings.add(Findings.clock(situation.clock(), words));
    linger().ifPresent(findings::add);
    findings.add(Findings.podman(situation, settings.podman().socket()));
    if (situation.observed().isPresent()) {
      PodmanQuestion.with(settings, GraphRoot::space)
          .ifPresent(
              seen ->
                  findings.add(
                      Findings.images(seen.space(), seen.path(), settings.collectAbovePercent())));
    }
    identity(settings, situation, words, findings);
    nats(settings, situation, words, findings);
    situation
        .deployments()
        .forEach((name, stand) -> findings.add(Findings.deployment(name, stand)));
    if (situation.observed().isPresent()) {
      findings.addAll(
          PodmanQuestion.with(settings, (vertx, podman) -> registries(situation, podman)));
    }
    return findings;
  }

  private static Optional<String> writing(Path directory) {
    try {
      // The agent makes it where it is missing, if it may.
      var there = Files.exists(directory) ? directory : directory.toAbsolutePath().getParent();
      var probe = Files.createTempFile(there, "check", "");
      Files.writeString(probe, "0".repeat(4096));
      Files.delete(probe);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  /** Only of a user's own service manager, and only where there is one. */
  private Optional<Finding> linger() throws IOException {
    var owner = Files.getOwner(config.file()).getName();
    return Files.isDirectory(SYSTEMD_RUNS) && !owner.equals("root")
        ? Optional.of(Findings.linger(owner, Files.exists(LINGERING.resolve(owner))))
        : Optional.empty();
  }

  private static void identity(
      Settings settings, Situation situation, Words words, List<Finding> findings)
      throws IOException {
    if (settings.identity() instanceof Identity.Zitadel zitadel) {
      findings.add(Findings.key(situation.identity(), words));
      var clock = new Timekeeper(InstantSource.system(), System::nanoTime, BuildTime.read());
      var trouble =
          PodmanQuestion.with(settings, (vertx, podman) -> Trial.ask(vertx, zitadel, clock));
      findings.add(Findings.provider(zitadel.issuer().toString(), trouble));
    }
    if (settings.identity() instanceof Identity.NatsCreds) {
      findings.add(Findings.creds(situation.identity(), words));
    }
  }

  private static void nats(
      Settings settings, Situation situation, Words words, List<Finding> findings) {
    var trust = Trust.in(settings.nats().caFile());
    var servers =
        settings.nats().urls().stream()
            .map(url -> Findings.server(url, NatsQuestion.server(url, trust)))
            .toList();
    findings.addAll(servers);
    if (servers.stream().anyMatch(Finding::ok)) {
      findings.add(login(settings, situation));
      situation.live().ifPresent(agent -> findings.add(Findings.report(agent, words)));
    }
  }

  /** A running agent knows best; only without it somebody else signs in as this device. */
  private static Finding login(Settings settings, Situation situation) {
    return Findings.login(
        situation.live().isPresent()
            ? trouble(situation.live().get().nats())
            : PodmanQuestion.with(
                settings, (vertx, podman) -> NatsQuestion.login(vertx, settings)));
  }

  private static Optional<String> trouble(Live.Nats nats) {
    if (nats.connected()) {
      return Optional.empty();
    }
    return Optional.of(nats.detail().isEmpty() ? "the agent has not connected yet" : nats.detail());
  }

  private static Future<List<Finding>> registries(Situation situation, Podman podman) {
    return Future.all(images(situation).stream().map(image -> registry(podman, image)).toList())
        .map(all -> all.list());
  }

  private static Future<Finding> registry(Podman podman, String image) {
    return podman
        .images()
        .find(image)
        .compose(
            here ->
                podman
                    .images()
                    .inRegistry(image)
                    .map(there -> Optional.<String>empty())
                    .otherwise(e -> Optional.of(String.valueOf(e.getMessage())))
                    .map(trouble -> Registries.of(image, here.isPresent(), trouble)))
        .otherwise(e -> Registries.of(image, false, Optional.of(String.valueOf(e.getMessage()))));
  }

  private static SortedSet<String> images(Situation situation) {
    var images = new TreeSet<String>();
    situation
        .desired()
        .ifPresent(
            document ->
                document
                    .deployments()
                    .values()
                    .forEach(
                        deployment -> {
                          if (deployment.score() instanceof PodmanV0 score) {
                            score.services().forEach(service -> images.add(service.image()));
                          }
                        }));
    return images;
  }
}
