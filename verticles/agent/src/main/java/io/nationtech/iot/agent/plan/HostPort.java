package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0.Protocol;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.List;
import java.util.Set;

/** A port of this machine; {@code address} is empty where it is all of them. */
record HostPort(int port, Protocol protocol, String address) {
  private static final Set<String> ALL_ADDRESSES = Set.of("", "0.0.0.0", "::");

  static List<HostPort> of(Service service) {
    return service.networking().ports().stream()
        .flatMap(
            port ->
                port
                    .hostPort()
                    .map(
                        number ->
                            new HostPort(
                                number,
                                port.protocol().orElse(Protocol.TCP),
                                port.hostIP().orElse("")))
                    .stream())
        .toList();
  }

  boolean conflicts(HostPort other) {
    return port == other.port
        && protocol == other.protocol
        && (address.equals(other.address)
            || ALL_ADDRESSES.contains(address)
            || ALL_ADDRESSES.contains(other.address));
  }

  @Override
  public String toString() {
    return port + "/" + protocol;
  }
}
