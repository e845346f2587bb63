package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0.Env;
import io.nationtech.iot.codec.PodmanV0.Network;
import io.nationtech.iot.codec.PodmanV0.Port;
import io.nationtech.iot.codec.PodmanV0.Protocol;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.PodmanV0.Volume;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.ContainerSpec;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** From a service to the container that is made for it. */
final class Specs {
  private Specs() {}

  static ContainerSpec of(DeviceId device, ServiceKey key, String name, Service service) {
    return new ContainerSpec(
        name,
        service.image(),
        service.command(),
        service.args(),
        service.env().stream().collect(Collectors.toMap(Env::name, Env::value, (a, b) -> b)),
        labels(device, key, service),
        service.ports().stream()
            .flatMap(port -> port.hostPort().map(host -> port(port, host)).stream())
            .toList(),
        service.volumes().stream().map(volume -> mount(key, volume)).toList(),
        // The agent starts again what ended: podman would do so at once and for ever, and a
        // container that can't run would wear out the device.
        ContainerSpec.Restart.NO,
        network(service.network().orElse(Network.bridge)),
        service.privileged(),
        // A person's own podman stop, too, is to wait as long as the agent would.
        Optional.of(service.stopTimeoutSeconds().orElse(ObservedContainer.STOP_TIMEOUT_SECONDS)));
  }

  private static Map<String, String> labels(DeviceId device, ServiceKey key, Service service) {
    var labels = new TreeMap<>(service.labels());
    labels.put(Wire.LABEL_DEVICE, device.value());
    labels.put(Wire.LABEL_DEPLOYMENT, key.deployment());
    labels.put(Wire.LABEL_SERVICE, key.service());
    labels.put(Wire.LABEL_SPEC, service.spec());
    return labels;
  }

  private static ContainerSpec.Port port(Port port, int hostPort) {
    return new ContainerSpec.Port(
        port.containerPort(),
        hostPort,
        port.hostIP().orElse(""),
        port.protocol().orElse(Protocol.TCP).name().toLowerCase(Locale.ROOT));
  }

  private static ContainerSpec.Mount mount(ServiceKey key, Volume volume) {
    var source =
        volume
            .hostPath()
            .or(() -> volume.name().map(name -> Wire.volumeName(key.deployment(), name)))
            .orElseThrow();
    return new ContainerSpec.Mount(source, volume.mountPath(), volume.readOnly());
  }

  private static ContainerSpec.Network network(Network network) {
    return switch (network) {
      case bridge -> ContainerSpec.Network.BRIDGE;
      case host -> ContainerSpec.Network.HOST;
      case none -> ContainerSpec.Network.NONE;
    };
  }
}
