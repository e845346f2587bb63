package io.nationtech.iot.callout.decide;

import io.nationtech.iot.codec.IdentityDocument;
import java.time.Instant;
import java.util.Optional;

/** What becomes of one request. */
public sealed interface Decision {
  /**
   * Let in.
   *
   * @param name what the server's listings and logs call this connection
   * @param account by its name in the policy
   * @param expiry when the server cuts the connection: the token's own
   * @param pin what must be written before this counts, where the id belongs to nobody yet
   */
  record Allow(
      String name,
      String account,
      Permissions permissions,
      Limits limits,
      Instant expiry,
      Identity identity,
      Optional<Pin> pin)
      implements Decision {
    public Allow with(Permissions more) {
      return new Allow(name, account, permissions.and(more), limits, expiry, identity, pin);
    }
  }

  /** Kept out; {@code reason} is for the log alone. */
  record Deny(String reason, Optional<Pin> impostor) implements Decision {
    public static Deny because(String reason) {
      return new Deny(reason, Optional.empty());
    }
  }

  /** Not a question of a nats-server: no answer. */
  record Ignore(String reason) implements Decision {}

  /** A device id, and the identity that holds or claims it. */
  record Pin(String device, IdentityDocument identity) {}
}
