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

/** One device of the fleet; its name is the device's id. */
@Group(Wire.API_GROUP)
@Version(Wire.API_VERSION)
@ShortNames("dev")
@AdditionalPrinterColumn(
    name = "Connected",
    jsonPath = ".status.conditions[?(@.type==\"Connected\")].status",
    type = Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = Type.STRING)
@AdditionalPrinterColumn(name = "Agent", jsonPath = ".status.agent.version", type = Type.STRING)
@AdditionalPrinterColumn(name = "Last seen", jsonPath = ".status.lastSeenTime", type = Type.DATE)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
public final class Device extends CustomResource<DeviceSpec, DeviceStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  /** None: the classes are never filled. */
  @Override
  protected @Nullable DeviceSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable DeviceStatus initStatus() {
    return null;
  }
}
