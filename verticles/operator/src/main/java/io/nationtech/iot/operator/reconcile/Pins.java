package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Shown;
import io.nationtech.iot.operator.desired.Pin;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.status.Happening;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes who a device's name belongs to, where its Device says so. */
final class Pins {
  private static final Logger LOG = LoggerFactory.getLogger(Pins.class);

  private final Resources resources;
  private final Documents documents;

  Pins(Resources resources, Documents documents) {
    this.resources = resources;
    this.documents = documents;
  }

  /** {@code holder}: the Device that looks after the device of its name. */
  Future<Void> bring(DeviceResource holder) {
    if (holder.identity().isEmpty()) {
      return Future.succeededFuture();
    }
    return documents.pin(holder.key().name()).compose(pin -> bring(holder, pin));
  }

  private Future<Void> bring(DeviceResource holder, Pin pin) {
    var change = pin.change(holder.identity());
    if (change.isEmpty()) {
      return Future.succeededFuture();
    }
    return documents
        .writePin(holder.key().name(), change.get(), pin.revision())
        .onSuccess(revision -> holder.identity().ifPresent(now -> tell(holder, now, pin)))
        .mapEmpty();
  }

  private void tell(DeviceResource holder, IdentityDocument now, Pin before) {
    var message =
        "the name belongs to "
            + Shown.shown(now)
            + ", as spec.identity says"
            + (before.json().isPresent() ? "; it replaces what was pinned before" : "");
    LOG.info("device '{}': {}", holder.key().name(), message);
    resources.tell(Kind.Device, holder.metadata(), new Happening(false, "IdentityPinned", message));
  }
}
