package io.nationtech.iot.operator.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import io.nationtech.iot.codec.Wire;
import org.jspecify.annotations.Nullable;

/** Devices that are spoken of together. */
@Group(Wire.API_GROUP)
@Version(Wire.API_VERSION)
@ShortNames("dgrp")
@AdditionalPrinterColumn(name = "Members", jsonPath = ".status.members", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
public final class DeviceGroup extends CustomResource<DeviceGroupSpec, DeviceGroupStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  /** None: the classes are never filled. */
  @Override
  protected @Nullable DeviceGroupSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable DeviceGroupStatus initStatus() {
    return null;
  }
}
