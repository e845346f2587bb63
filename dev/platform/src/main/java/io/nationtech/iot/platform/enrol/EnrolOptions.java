package io.nationtech.iot.platform.enrol;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelManagement;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the command line takes, and how it becomes an enrolment. */
final class EnrolOptions {
  /** Where a token may be, too: an argument can be read by everybody on this machine. */
  private static final String TOKEN = "IOT_ENROL_TOKEN";

  @Parameters(paramLabel = "DEVICE", description = "Its id: a-z, 0-9 and '-', at most 63.")
  private String device = "";

  @Option(names = "--issuer", required = true, description = "The provider: https://id.example.")
  private String issuer = "";

  @Option(names = "--project", required = true, description = "The id of the fleet's project.")
  private String project = "";

  @Option(
      names = "--organisation",
      required = true,
      description = "The id of the organisation that has the project and the accounts.")
  private String organisation = "";

  @Option(
      names = "--role",
      defaultValue = "device",
      description = "The project's role that the callout's policy takes for a device's (device).")
  private String role = "device";

  @Option(
      names = "--token-file",
      description = "Holds a token for the provider's API; environment variable " + TOKEN + " too.")
  private @Nullable Path tokenFile;

  @Option(names = "--ca-file", description = "The certificate to trust at the provider, PEM.")
  private @Nullable Path caFile;

  @Option(
      names = "--nats-url",
      split = ",",
      description = "For agent.toml: tls://nats.example:4222, with commas between them.")
  private List<String> natsUrls = List.of();

  @Option(
      names = "--template",
      description = "In place of --nats-url: agent.toml of any device, {{device}} for its id.")
  private @Nullable Path template;

  @Option(
      names = "--directory",
      defaultValue = ".",
      description = "The device's files go to a directory of its name in this one.")
  private Path directory = Path.of(".");

  @Option(
      names = "--new-key",
      description = "One more key for an account that is there, into key.json.")
  private boolean newKey;

  @Option(names = "--apply", description = "Make or change the Device by kubectl.")
  private boolean apply;

  @Option(names = "--kubectl", defaultValue = "kubectl", description = "Where kubectl is.")
  private String kubectl = "kubectl";

  @Option(names = "--kubeconfig", description = "For kubectl.")
  private @Nullable Path kubeconfig;

  @Option(names = "--namespace", description = "For kubectl.")
  private @Nullable String namespace;

  /** What was asked for is not possible; the message names the option. */
  static final class WrongUsage extends Exception {
    private static final long serialVersionUID = 1L;

    WrongUsage(String message) {
      super(message);
    }
  }

  DeviceId device() throws WrongUsage {
    if (!DeviceId.isLabel(device)) {
      throw new WrongUsage(
          "'%s' is no device id: 1 to 63 of a-z, 0-9 and '-', not at either end".formatted(device));
    }
    return new DeviceId(device);
  }

  boolean newKey() {
    return newKey;
  }

  boolean apply() {
    return apply;
  }

  Enrolment enrolment(Consumer<String> tell) throws WrongUsage {
    var fleet = new Fleet(provider(), project, organisation, role);
    var client = caFile == null ? HttpClient.newHttpClient() : trusting(caFile);
    return new Enrolment(
        fleet,
        new ZitadelManagement(client, fleet.issuer(), token(), organisation),
        new TokenClient(client, issuer),
        agent(fleet),
        directory,
        tell);
  }

  /** The command up to its verb. */
  List<String> kubectl() {
    var command = new ArrayList<>(List.of(kubectl));
    if (kubeconfig != null) {
      command.add("--kubeconfig=" + kubeconfig);
    }
    if (namespace != null) {
      command.add("--namespace=" + namespace);
    }
    return command;
  }

  private URI provider() throws WrongUsage {
    var uri = URI.create(issuer.matches("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?") ? issuer : "");
    if (uri.getHost() == null) {
      throw new WrongUsage("--issuer must be https://host or https://host:port, nothing after it");
    }
    if (uri.getScheme().equals("http") && !uri.getHost().matches("(.+\\.)?localhost")) {
      throw new WrongUsage("--issuer must be https://: a token is sent there");
    }
    return uri;
  }

  private String token() throws WrongUsage {
    var token = tokenFile == null ? System.getenv(TOKEN) : read("--token-file", tokenFile);
    if (token == null || token.isBlank()) {
      throw new WrongUsage("no token: give --token-file, or set " + TOKEN);
    }
    if (!token.strip().matches("[!-~]+")) {
      throw new WrongUsage("the token is none: it has spaces or line breaks in it");
    }
    return token.strip();
  }

  private AgentToml agent(Fleet fleet) throws WrongUsage {
    if (template != null) {
      return new AgentToml(read("--template", template));
    }
    if (natsUrls.isEmpty()) {
      throw new WrongUsage("give --nats-url or --template, for the device's agent.toml");
    }
    return AgentToml.usual(natsUrls, fleet);
  }

  private static HttpClient trusting(Path file) throws WrongUsage {
    try {
      return ZitadelTokenEndpoint.trusting(read("--ca-file", file));
    } catch (IllegalStateException e) {
      throw new WrongUsage("--ca-file: " + file + " holds no certificate");
    }
  }

  private static String read(String option, Path file) throws WrongUsage {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new WrongUsage(option + ": " + file + " can't be read");
    }
  }
}
