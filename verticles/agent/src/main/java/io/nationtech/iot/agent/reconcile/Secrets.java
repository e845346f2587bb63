package io.nationtech.iot.agent.reconcile;

import java.util.Optional;

/** Where the values of secrets come from. */
public interface Secrets {
  /** Why none can be had on this device, in words; empty where they can. */
  Optional<String> missing();
}
