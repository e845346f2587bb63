package io.nationtech.iot.agent.identity;

import java.security.PrivateKey;
import java.time.Instant;
import java.util.Optional;

/** A service account's key. */
public record ServiceKey(String keyId, String userId, PrivateKey key, Optional<Instant> expires) {

  @Override
  public String toString() {
    return "ServiceKey[keyId=" + keyId + ", userId=" + userId + "]";
  }
}
