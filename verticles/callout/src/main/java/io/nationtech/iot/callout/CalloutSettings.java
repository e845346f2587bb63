package io.nationtech.iot.callout;

import io.nationtech.iot.callout.nats.Accounts;
import io.nationtech.iot.callout.nats.Xkey;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that a callout is told.
 *
 * @param xkey opens what the server seals; empty where it seals nothing
 * @param policyInterval how often the policy file is looked at
 * @param issuerCaFile certificates to trust at the identity provider, PEM
 * @param cacheDirectory where its last good keys outlive a restart
 */
public record CalloutSettings(
    Nats nats,
    Accounts accounts,
    Optional<Xkey> xkey,
    Path policyFile,
    Duration policyInterval,
    Optional<Path> issuerCaFile,
    Optional<Path> cacheDirectory,
    Http http) {

  /**
   * Where NATS is, and who the callout is there.
   *
   * @param authentication in account AUTH
   * @param identities in account HUB
   * @param connections that logins are answered on
   */
  public record Nats(
      List<String> urls,
      Credentials authentication,
      Credentials identities,
      Optional<Path> caFile,
      int connections) {
    NatsSettings logins() {
      return settings("iot-callout", authentication);
    }

    NatsSettings pins() {
      return settings("iot-callout-identities", identities);
    }

    private NatsSettings settings(String name, Credentials credentials) {
      return new NatsSettings(urls, name, credentials, Wire.inboxPrefix("callout"), caFile);
    }
  }

  /** Where probes and metrics are served. */
  public record Http(String host, int port) {}
}
