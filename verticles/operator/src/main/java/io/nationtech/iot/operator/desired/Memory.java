package io.nationtech.iot.operator.desired;

import io.nationtech.iot.codec.DesiredDocument;
import java.util.Optional;

/**
 * What an operator remembers of one device, for when KV lost its document.
 *
 * @param owner who looked after it last
 * @param document the last one known, where the owner is or was of this cluster
 */
public record Memory(Optional<String> owner, Optional<DesiredDocument> document) {
  public static final Memory NOTHING = new Memory(Optional.empty(), Optional.empty());

  public static Memory of(DesiredDocument document) {
    return new Memory(Optional.of(document.owner()), Optional.of(document));
  }
}
