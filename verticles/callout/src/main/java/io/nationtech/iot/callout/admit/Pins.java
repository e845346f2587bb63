package io.nationtech.iot.callout.admit;

import io.nationtech.iot.callout.decide.Decision.Pin;
import io.nationtech.iot.codec.IdentityDocument;
import io.vertx.core.Future;
import java.util.Optional;

/** Who each device id belongs to. */
public interface Pins {
  /** From memory. */
  Optional<IdentityDocument> owner(String device);

  /**
   * Writes a pin where there is none. Afterwards {@link #owner} knows the one that holds, ours or
   * another's; fails where it could not be written.
   */
  Future<Void> claim(Pin pin);

  /** Tells the operator that somebody claims another's device id. */
  void impostor(Pin pin);
}
