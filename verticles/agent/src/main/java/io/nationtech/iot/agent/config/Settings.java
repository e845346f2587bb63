package io.nationtech.iot.agent.config;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.DeviceId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The agent's configuration, read once.
 *
 * @param collectAbovePercent how full the disk of podman's images may be before some go
 */
public record Settings(
    DeviceId device,
    Nats nats,
    Identity identity,
    Podman podman,
    Agent agent,
    Policy policy,
    int collectAbovePercent,
    String logLevel) {

  /** Where NATS is. */
  public record Nats(List<String> urls, Optional<Path> caFile) {}

  /** Who this device is; one variant a kind of credentials. */
  public sealed interface Identity {
    /** A user and a password, the same on both sides. */
    record Shared(String user, String password) implements Identity {
      @Override
      public String toString() {
        return "Shared[user=" + user + "]";
      }
    }

    /**
     * A service account of Zitadel's, which gives it an access token for its key.
     *
     * @param caFile certificates to trust there in place of the system's, PEM
     */
    record Zitadel(URI issuer, String project, Path keyFile, Optional<Path> caFile)
        implements Identity {}

    /** A user JWT and its seed, in one file as nsc writes it. */
    record NatsCreds(Path credsFile) implements Identity {}
  }

  /** Where podman listens, and how long a call may take. */
  public record Podman(String socket, Duration callTimeout) {}

  /** The agent's own habits. */
  public record Agent(
      Path stateDirectory, Duration relistInterval, Duration heartbeatInterval, Profile profile) {}
}
