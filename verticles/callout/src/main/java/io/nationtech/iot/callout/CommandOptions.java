package io.nationtech.iot.callout;

import io.nationtech.iot.callout.nats.Accounts;
import io.nationtech.iot.callout.nats.Nkey;
import io.nationtech.iot.callout.nats.Signer;
import io.nationtech.iot.callout.nats.Xkey;
import io.nationtech.iot.nats.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line takes, and how it becomes settings. */
final class CommandOptions {
  private static final String ENVIRONMENT = "IOT_CALLOUT_";

  @Option(
      names = "--nats-url",
      split = ",",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_URL}",
      description = "NATS servers, with commas between them.")
  private List<String> natsUrls = List.of();

  @Option(
      names = "--nats-user",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_USER}",
      description = "A user in account AUTH that nats-server lists in auth_users.")
  private @Nullable String natsUser;

  @Option(
      names = "--nats-password-file",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_PASSWORD_FILE}",
      description = "The file that holds the user's password.")
  private @Nullable Path natsPasswordFile;

  @Option(
      names = "--nats-creds-file",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_CREDS_FILE}",
      description = "In place of user and password: a .creds file (operator mode).")
  private @Nullable Path natsCredsFile;

  @Option(
      names = "--identity-user",
      defaultValue = "${env:" + ENVIRONMENT + "IDENTITY_USER}",
      description = "A user in account HUB that reads and writes the pins of devices.")
  private @Nullable String identityUser;

  @Option(
      names = "--identity-password-file",
      defaultValue = "${env:" + ENVIRONMENT + "IDENTITY_PASSWORD_FILE}",
      description = "The file that holds that user's password.")
  private @Nullable Path identityPasswordFile;

  @Option(
      names = "--identity-creds-file",
      defaultValue = "${env:" + ENVIRONMENT + "IDENTITY_CREDS_FILE}",
      description = "In place of them: a .creds file (operator mode).")
  private @Nullable Path identityCredsFile;

  @Option(
      names = "--nats-ca-file",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_CA_FILE}",
      description = "Certificates to trust in place of the system's, PEM.")
  private @Nullable Path natsCaFile;

  @Option(
      names = "--nats-connections",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_CONNECTIONS:-4}",
      description = "That logins are answered on, so that a server uses its cores (default 4).")
  private int natsConnections = 4;

  @Option(
      names = "--issuer-seed-file",
      defaultValue = "${env:" + ENVIRONMENT + "ISSUER_SEED_FILE}",
      description = "The seed (SA...) of auth_callout's issuer; in operator mode of account AUTH.")
  private @Nullable Path issuerSeedFile;

  @Option(
      names = "--xkey-seed-file",
      defaultValue = "${env:" + ENVIRONMENT + "XKEY_SEED_FILE}",
      description = "The seed (SX...) of auth_callout's xkey, where the server seals requests.")
  private @Nullable Path xkeySeedFile;

  @Option(
      names = "--auth-account",
      defaultValue = "${env:" + ENVIRONMENT + "AUTH_ACCOUNT}",
      description = "Operator mode: the public key (A...) of account AUTH.")
  private @Nullable String authAccount;

  @Option(
      names = "--account",
      split = ",",
      paramLabel = "NAME=KEY:FILE",
      defaultValue = "${env:" + ENVIRONMENT + "ACCOUNT}",
      description = {
        "Operator mode: an account of the policy, its public key,",
        "and the file that holds its seed or a signing key's; once for each."
      })
  private List<String> accounts = List.of();

  @Option(
      names = "--policy-file",
      defaultValue = "${env:" + ENVIRONMENT + "POLICY_FILE}",
      description = "Who is let in, as what; read again when it changes.")
  private @Nullable Path policyFile;

  @Option(
      names = "--policy-interval-seconds",
      defaultValue = "${env:" + ENVIRONMENT + "POLICY_INTERVAL_SECONDS:-5}",
      description = "How often it is looked at (default 5).")
  private int policyIntervalSeconds = 5;

  @Option(
      names = "--issuer-ca-file",
      defaultValue = "${env:" + ENVIRONMENT + "ISSUER_CA_FILE}",
      description = "Certificates to trust at the identity provider, PEM.")
  private @Nullable Path issuerCaFile;

  @Option(
      names = "--cache-directory",
      defaultValue = "${env:" + ENVIRONMENT + "CACHE_DIRECTORY}",
      description = "Keeps the provider's last good keys, for a start while it is away.")
  private @Nullable Path cacheDirectory;

  @Option(
      names = "--http-host",
      defaultValue = "${env:" + ENVIRONMENT + "HTTP_HOST:-0.0.0.0}",
      description = "Where /livez, /readyz and /metrics are served (default 0.0.0.0).")
  private String httpHost = "0.0.0.0";

  @Option(
      names = "--http-port",
      defaultValue = "${env:" + ENVIRONMENT + "HTTP_PORT:-8080}",
      description = "And on which port (default 8080, 0 for any).")
  private int httpPort = 8080;

  CalloutSettings settings() throws ConfigurationException {
    if (natsUrls.isEmpty()) {
      throw new ConfigurationException("--nats-url is missing");
    }
    if (policyIntervalSeconds < 1 || natsConnections < 1) {
      throw new ConfigurationException(
          "--policy-interval-seconds and --nats-connections must be 1 or more");
    }
    return new CalloutSettings(
        new CalloutSettings.Nats(
            natsUrls,
            credentials("nats", natsCredsFile, natsUser, natsPasswordFile),
            credentials("identity", identityCredsFile, identityUser, identityPasswordFile),
            Optional.ofNullable(natsCaFile),
            natsConnections),
        accounts(),
        xkeySeedFile == null
            ? Optional.empty()
            : Optional.of(key("--xkey-seed-file", xkeySeedFile, Xkey::ofSeed)),
        given("--policy-file", policyFile),
        Duration.ofSeconds(policyIntervalSeconds),
        Optional.ofNullable(issuerCaFile),
        Optional.ofNullable(cacheDirectory),
        new CalloutSettings.Http(httpHost, httpPort));
  }

  /** {@code whose}: how the options of this user begin. */
  static Credentials credentials(
      String whose, @Nullable Path creds, @Nullable String user, @Nullable Path passwordFile)
      throws ConfigurationException {
    if (creds != null) {
      return Credentials.file(creds);
    }
    return Credentials.shared(
        given("--" + whose + "-user", user),
        secret(
            "--" + whose + "-password-file", given("--" + whose + "-password-file", passwordFile)));
  }

  private Accounts accounts() throws ConfigurationException {
    var issuer =
        key("--issuer-seed-file", given("--issuer-seed-file", issuerSeedFile), this::account);
    if (authAccount == null) {
      return new Accounts.Configured(issuer);
    }
    var byName = new HashMap<String, Accounts.Account>();
    for (var text : accounts) {
      // NAME=KEY:FILE
      var parts = text.split("[=:]", 3);
      if (parts.length != 3 || Nkey.publicKey(Nkey.Kind.ACCOUNT, parts[1]).isEmpty()) {
        throw new ConfigurationException("--account must be NAME=KEY:FILE");
      }
      byName.put(
          parts[0],
          new Accounts.Account(
              parts[1], key("--account " + parts[0], Path.of(parts[2]), this::account)));
    }
    return new Accounts.Operated(issuer, authAccount, byName);
  }

  private Signer account(String seed) {
    return Signer.ofSeed(Nkey.Kind.ACCOUNT, seed);
  }

  private static <T> T key(String option, Path file, Function<String, T> reader)
      throws ConfigurationException {
    try {
      return reader.apply(secret(option, file));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(option + ": " + file + " holds no such seed");
    }
  }

  private static String secret(String option, Path file) throws ConfigurationException {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new ConfigurationException(option + ": " + file + " can't be read");
    }
  }

  private static <T> T given(String option, @Nullable T value) throws ConfigurationException {
    if (value == null) {
      throw new ConfigurationException(option + " is missing");
    }
    return value;
  }
}
