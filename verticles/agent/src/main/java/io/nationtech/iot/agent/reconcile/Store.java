package io.nationtech.iot.agent.reconcile;

/** Keeps a {@link Memory} over restarts and power cuts. */
public interface Store {
  /** Begins to keep {@code memory}; where two are given, the later one is kept. */
  void save(Memory memory);
}
