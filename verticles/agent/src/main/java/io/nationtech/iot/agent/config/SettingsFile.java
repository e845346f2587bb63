package io.nationtech.iot.agent.config;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.DeviceId;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The agent's TOML file: found, checked and read. */
public final class SettingsFile {
  private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug");
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE);

  private SettingsFile() {}

  /** The user's own file where there is one, the system's otherwise. */
  public static Path usual() {
    var own = Path.of(System.getProperty("user.home"), ".config/iot-agent/agent.toml");
    return Files.exists(own) ? own : Path.of("/etc/iot-agent/agent.toml");
  }

  public static Settings read(Path file) throws SettingsException {
    String text;
    try {
      text = Files.readString(file);
      var permissions = Files.getPosixFilePermissions(file);
      permissions.retainAll(OTHERS);
      if (!permissions.isEmpty()) {
        throw new SettingsException(
            List.of("the file can be read by others and holds a password: run chmod 600 " + file));
      }
    } catch (IOException e) {
      throw new SettingsException(
          List.of("the file cannot be read: " + e.getClass().getSimpleName()));
    }
    return parse(text);
  }

  static Settings parse(String text) throws SettingsException {
    var toml = Toml.of(text);
    var identity = identity(toml);
    var settings =
        new Settings(
            device(toml, identity),
            nats(toml),
            identity,
            podman(toml),
            agent(toml),
            policy(toml),
            level(toml));
    toml.finish();
    return settings;
  }

  private static Settings.Identity.Shared identity(Toml toml) {
    var type = toml.text("identity.type", null);
    if (!type.isEmpty() && !type.equals("shared")) {
      toml.problem("identity.type", "must be shared: this version knows no other");
    }
    return new Settings.Identity.Shared(
        toml.text("identity.user", null), toml.text("identity.password", null));
  }

  private static DeviceId device(Toml toml, Settings.Identity.Shared identity) {
    var device = toml.text("device", identity.user());
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
    var caFile = toml.text("nats.ca_file", "-");
    if (!caFile.equals("-") && !caFile.isEmpty() && !Files.isReadable(Path.of(caFile))) {
      toml.problem("nats.ca_file", "names a file that cannot be read");
    }
    return new Settings.Nats(
        urls, Optional.of(caFile).filter(file -> !file.equals("-")).map(Path::of));
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

  private static Settings.Podman podman(Toml toml) {
    return new Settings.Podman(
        toml.text("podman.socket", usualSocket()),
        Duration.ofSeconds(toml.number("podman.call_timeout_seconds", 30, 1, 3600)));
  }

  /** As podman's own units have it; root's is the system's, whatever its session says. */
  private static String usualSocket() {
    var runtime = System.getenv("XDG_RUNTIME_DIR");
    boolean system = runtime == null || System.getProperty("user.name").equals("root");
    return (system ? "/run" : runtime) + "/podman/podman.sock";
  }

  private static Settings.Agent agent(Toml toml) {
    var home = System.getProperty("user.home") + "/.local/state/iot-agent";
    var state = System.getenv("STATE_DIRECTORY");
    return new Settings.Agent(
        Path.of(toml.text("agent.state_directory", state == null ? home : state)),
        Duration.ofSeconds(toml.number("agent.relist_interval_seconds", 30, 1, 3600)),
        Duration.ofSeconds(toml.number("agent.heartbeat_interval_seconds", 60, 1, 86_400)));
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
