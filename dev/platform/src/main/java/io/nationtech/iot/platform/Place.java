package io.nationtech.iot.platform;

import io.nationtech.iot.codec.Wire;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * Where a server stands: any free port and gone with this process, or a fixed place that outlives
 * it.
 */
public sealed interface Place {
  /** For tests: a free port; the container goes with this process. */
  Place FREE = new Free();

  /** For the demo: this name and port; the container stays until it is removed by its label. */
  static Place fixed(String name, int hostPort) {
    return new Fixed(name, hostPort);
  }

  void apply(GenericContainer<?> container, int port);

  /** A network for servers that talk to each other; it goes where the containers go. */
  Network network();

  /** See {@link #FREE}. */
  record Free() implements Place {
    @Override
    public void apply(GenericContainer<?> container, int port) {
      container.withExposedPorts(port);
    }

    @Override
    public Network network() {
      return Network.newNetwork();
    }
  }

  /** See {@link #fixed}. */
  record Fixed(String name, int hostPort) implements Place {
    @Override
    public void apply(GenericContainer<?> container, int port) {
      container.withExposedPorts(port);
      container.setPortBindings(List.of("127.0.0.1:" + hostPort + ":" + port));
      container.withLabel(Wire.LABEL_DEMO, name);
      container.withCreateContainerCmdModifier(create -> create.withName(name));
      // Not removed when this process ends.
      container.withReuse(true);
    }

    @Override
    public Network network() {
      return Network.builder()
          .createNetworkCmdModifier(create -> create.withLabels(Map.of(Wire.LABEL_DEMO, name)))
          .build();
    }
  }
}
