package io.nationtech.iot.nats;

/** Whether NATS is there. */
public sealed interface ConnectionState {
  /** There, for the first time or again: what was missed meanwhile has to be read again. */
  record Connected(String url) implements ConnectionState {}

  /** Away, or not reached yet; told at every failed try. */
  record Disconnected(String reason) implements ConnectionState {}
}
