package io.nationtech.iot.nats;

import java.util.Locale;

/** Whether NATS is there. */
public sealed interface ConnectionState {
  /** There, for the first time or again: what was missed meanwhile has to be read again. */
  record Connected(String url) implements ConnectionState {}

  /** Away, or not reached yet; told at every failed try. */
  record Disconnected(String reason) implements ConnectionState {
    /** The server answers, and does not let this in; also while it can't ask who decides that. */
    public boolean refused() {
      return reason.toLowerCase(Locale.ROOT).contains("authorization violation");
    }
  }
}
