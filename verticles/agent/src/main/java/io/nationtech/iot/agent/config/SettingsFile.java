package io.nationtech.iot.agent.config;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.DeviceId;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The agent's TOML file: found, checked and read. */
public final class SettingsFile {
  private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug");

  private static final Set<String> SECRETS = Set.of("identity.password");

  private SettingsFile() {}

  /** The user's own file where there is one, the system's otherwise. */
  public static Path usual() {
    var own = Path.of(System.getProperty("user.home"), ".config/iot-agent/agent.toml");
    return Files.exists(own) ? own : Path.of("/etc/iot-agent/agent.toml");
  }

  /** Each problem begins with the file's name. */
  public static Settings read(Path file) throws SettingsException {
    try {
      return parse(text(file), Place.of(file));
    } catch (SettingsException e) {
      throw new SettingsException(
          e.problems().stream().map(problem -> file + ": " + problem).toList());
    }
  }

  /** Every setting that is in force, in the order of the contract; fails as {@link #read} does. */
  public static List<Explained> explain(Path file) throws SettingsException {
    read(file);
    var place = Place.of(file);
    var toml = Toml.of(text(file));
    settings(toml, place);
    return toml.counts().entrySet().stream()
        .map(entry -> explained(file, place, entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Explained explained(Path file, Place place, String key, Toml.Counts counts) {
    var origin = counts.inFile() ? file.toString() : place.origin(key);
    if (SECRETS.contains(key)) {
      return new Explained(key, origin, "(secret)");
    }
    boolean unset = !counts.inFile() && counts.value().equals("-");
    return new Explained(key, origin, unset ? "(none)" : counts.value().toString());
  }

  private static String text(Path file) throws SettingsException {
    try {
      return OwnerOnly.read(file);
    } catch (IOException e) {
      throw new SettingsException(List.of("the file " + e.getMessage()));
    }
  }

  static Settings parse(String text) throws SettingsException {
    return parse(text, Place.here());
  }

  private static Settings parse(String text, Place place) throws SettingsException {
    var toml = Toml.of(text);
    var settings = settings(toml, place);
    toml.finish();
    return settings;
  }

  private static Settings settings(Toml toml, Place place) {
    var identity = IdentitySettings.of(toml);
    return new Settings(
        device(toml, identity),
        nats(toml),
        identity,
        podman(toml, place),
        agent(toml, place),
        policy(toml),
        toml.number("disk.collect_above_percent", 80, 1, 100),
        level(toml));
  }

  /**
   * Only a shared user's name is in this file: a key file holds no name, and what the identity
   * provider calls the device is known only once it answers, which may be long after a boot.
   */
  private static DeviceId device(Toml toml, Settings.Identity identity) {
    var device =
        switch (identity) {
          case Settings.Identity.Shared shared -> toml.text("device", shared.user());
          case Settings.Identity.Zitadel zitadel -> toml.text("device", null);
          case Settings.Identity.NatsCreds creds -> toml.text("device", null);
        };
    if (DeviceId.isLabel(device)) {
      return new DeviceId(device);
    }
    if (!device.isEmpty()) {
      toml.problem("device", "must be 1 to 63 of a-z, 0-9 and '-', not at either end");
    }
    return new DeviceId("invalid");
  }

  private static Settings.Nats nats(Toml toml) {
    var urls = toml.texts("nats.urls");
    if (urls.isEmpty()) {
      toml.problem("nats.urls", "is missing");
    }
    var wrong = urls.stream().filter(url -> !isAddress(url)).map(SettingsFile::host).toList();
    if (!wrong.isEmpty()) {
      toml.problem(
          "nats.urls",
          "holds "
              + String.join(", ", wrong)
              + ": an address is nats://host:port or tls://host:port, without user and password");
    }
    return new Settings.Nats(urls, toml.readable("nats.ca_file"));
  }

  private static boolean isAddress(String url) {
    try {
      var uri = new URI(url);
      return Set.of("nats", "tls").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() <= 65_535
          && uri.getUserInfo() == null
          && uri.getPath().isEmpty()
          && uri.getQuery() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Never the user information of a mistaken address. */
  private static String host(String url) {
    try {
      var host = new URI(url).getHost();
      return host == null ? "something that is no address" : "'" + host + "'";
    } catch (URISyntaxException e) {
      return "something that is no address";
    }
  }

  private static Settings.Podman podman(Toml toml, Place place) {
    return new Settings.Podman(
        toml.text("podman.socket", place.podmanSocket()),
        Duration.ofSeconds(toml.number("podman.call_timeout_seconds", 30, 1, 3600)));
  }

  private static Settings.Agent agent(Toml toml, Place place) {
    var directory = Path.of(toml.text("agent.state_directory", place.stateDirectory()));
    int relist = toml.number("agent.relist_interval_seconds", 30, 1, 3600);
    var profile = profile(toml);
    int usual = (int) profile.heartbeat().toSeconds();
    int heartbeat = toml.number("agent.heartbeat_interval_seconds", usual, 1, 86_400);
    return new Settings.Agent(
        directory, Duration.ofSeconds(relist), Duration.ofSeconds(heartbeat), profile);
  }

  private static Profile profile(Toml toml) {
    var profile = Profile.named(toml.text("agent.profile", "default"));
    if (profile.isEmpty()) {
      toml.problem("agent.profile", "must be one of " + String.join(", ", Profile.words()));
    }
    return profile.orElse(Profile.DEFAULT);
  }

  private static Policy policy(Toml toml) {
    var paths = toml.texts("policy.host_paths");
    if (paths.stream().anyMatch(path -> !path.startsWith("/"))) {
      toml.problem("policy.host_paths", "must be absolute paths");
    }
    return new Policy(
        paths,
        toml.texts("policy.devices"),
        toml.flag("policy.host_network"),
        toml.flag("policy.privileged"));
  }

  private static String level(Toml toml) {
    var level = toml.text("log.level", "info");
    if (!LEVELS.contains(level)) {
      toml.problem("log.level", "must be one of error, warn, info, debug");
    }
    return level.toUpperCase(Locale.ROOT);
  }
}
