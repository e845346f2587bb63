package io.nationtech.iot.operator.desired;

import io.nationtech.iot.codec.IdentityDocument;
import java.util.Optional;

/**
 * What KV device-identity holds for one device.
 *
 * @param revision what a write has to expect
 * @param json as it stands in KV; empty where there is no message, or a delete marker
 */
public record Pin(long revision, Optional<String> json) {
  /**
   * What has to be written for {@code wanted} to hold; empty where it does.
   *
   * <p>Only what a spec says is ever written. A pin stays when spec.identity is taken away, and
   * when the Device is deleted: without one, the name would belong to whoever comes first.
   */
  public Optional<String> change(Optional<IdentityDocument> wanted) {
    return wanted.map(IdentityDocument::encode).filter(text -> !json.equals(Optional.of(text)));
  }
}
