package io.nationtech.iot.agent.reconcile;

import java.util.Optional;

/** Where the values of secrets come from. */
public interface Secrets {
  Secrets NONE = () -> Optional.of("this agent can't fetch secrets yet");

  /** Why none can be had on this device, in words; empty where they can. */
  Optional<String> missing();
}
