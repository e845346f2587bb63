package io.nationtech.iot.agent.config;

import io.nationtech.iot.agent.config.Settings.Identity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The table {@code [identity]}. */
final class IdentitySettings {
  private static final List<String> ALL =
      List.of("user", "password", "issuer", "project", "key_file", "ca_file", "creds_file");

  private static final String HOST = "([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])";
  private static final String PORT = "(:[0-9]{1,5})?";

  private IdentitySettings() {}

  static Identity of(Toml toml) {
    var type = toml.text("identity.type", null);
    return switch (type) {
      case "shared" ->
          new Identity.Shared(
              toml.text("identity.user", null), toml.text("identity.password", null));
      case "zitadel" ->
          new Identity.Zitadel(
              issuer(toml), project(toml), keyFile(toml), toml.readable("identity.ca_file"));
      case "nats-creds" -> new Identity.NatsCreds(credsFile(toml));
      default -> unknown(toml, type);
    };
  }

  private static Identity unknown(Toml toml, String type) {
    if (!type.isEmpty()) {
      toml.problem("identity.type", "must be one of shared, zitadel, nats-creds");
    }
    // Which of them belong is not known: no further complaint about any.
    ALL.forEach(key -> toml.text("identity." + key, "-"));
    return new Identity.Shared("", "");
  }

  /** Compared as a string by the provider, so nothing is mended here. */
  private static URI issuer(Toml toml) {
    var issuer = toml.text("identity.issuer", null);
    if (issuer.isEmpty() || issuer.matches("https://" + HOST + PORT)) {
      return URI.create(issuer);
    }
    if (issuer.matches("http://(localhost|[a-z0-9.-]+\\.localhost|127\\.0\\.0\\.1)" + PORT)) {
      return URI.create(issuer);
    }
    toml.problem(
        "identity.issuer",
        "must be https://host or https://host:port, nothing after it; http:// on this machine only");
    return URI.create("");
  }

  private static String project(Toml toml) {
    var project = toml.text("identity.project", null);
    if (!project.matches("[A-Za-z0-9._-]{0,200}")) {
      toml.problem("identity.project", "must be the project's id");
    }
    return project;
  }

  private static Path keyFile(Toml toml) {
    return secret(toml, "identity.key_file", KeyFile::read);
  }

  private static Path credsFile(Toml toml) {
    return secret(toml, "identity.creds_file", CredsFile::read);
  }

  private interface Reader {
    Object read(Path file) throws IOException;
  }

  private static Path secret(Toml toml, String key, Reader reader) {
    var file = Path.of(toml.text(key, null));
    if (!file.toString().isEmpty()) {
      try {
        reader.read(file);
      } catch (IOException e) {
        toml.problem(key, String.valueOf(e.getMessage()));
      }
    }
    return file;
  }
}
