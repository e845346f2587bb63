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

/** What some devices run, and how they change to it. */
@Group(Wire.API_GROUP)
@Version(Wire.API_VERSION)
@ShortNames("ddep")
@AdditionalPrinterColumn(
    name = "Devices",
    jsonPath = ".status.targetedDevices",
    type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Updated", jsonPath = ".status.updatedDevices", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.readyDevices", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Failed", jsonPath = ".status.failedDevices", type = Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
public final class DeviceDeployment
    extends CustomResource<DeviceDeploymentSpec, DeviceDeploymentStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  /** None: the classes are never filled. */
  @Override
  protected @Nullable DeviceDeploymentSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable DeviceDeploymentStatus initStatus() {
    return null;
  }
}
