package io.nationtech.iot.callout.admit;

import io.nationtech.iot.callout.decide.Identity;
import io.nationtech.iot.callout.decide.Permissions;
import io.vertx.core.Future;

/** What an identity may do beside its template, because of groups kept elsewhere. */
public interface GroupPermissions {
  Future<Permissions> of(Identity identity);

  /** No groups. */
  static GroupPermissions none() {
    return identity -> Future.succeededFuture(Permissions.NONE);
  }
}
