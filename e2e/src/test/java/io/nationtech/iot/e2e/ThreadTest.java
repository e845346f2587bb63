package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static io.nationtech.iot.e2e.Plant.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NatsServer;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From kubectl apply to a running container, and back, over each topology of NATS. */
class ThreadTest {
  private static final String DEVICE = "e2e-thread";

  /** Direct gets of a cluster's replicas can be stale: many changes, so that some are. */
  private static final int CHANGES = 15;

  static List<Named<Supplier<List<NatsServer>>>> topologies() {
    return List.of(
        Named.of("one NATS server", () -> List.of(NatsServer.start(DEVICE))),
        Named.of("three NATS servers, three replicas", () -> NatsServer.cluster(DEVICE)));
  }

  @ParameterizedTest
  @MethodSource("topologies")
  void aResourceBecomesAContainerItsChangesFollowAndItsStatusTellsTheTruth(
      Supplier<List<NatsServer>> topology) {
    try (var plant = new Plant(DEVICE, topology.get())) {
      plant.deploy("hello", service("0"));
      plant.ready("hello");
      assertEquals("running", inspect("hello.web", "{{.State.Status}}"));
      assertEquals("1", plant.get("ddep/hello", ".status.readyDevices"));
      assertEquals("Running", plant.get("dev/" + DEVICE, ".status.deployments[0].phase"));
      var table = plant.kubectl("get", "ddep,dev");
      assertTrue(table.contains("READY") && table.contains("AGE"), table);

      for (int change = 1; change <= CHANGES; change++) {
        plant.deploy("hello", service(Integer.toString(change)));
      }
      plant.ready("hello");
      eventually(
          "the last change",
          () -> inspect("hello.web", "{{.Config.Env}}").contains("CHANGE=" + CHANGES));
      eventually("one container", () -> plant.containers().equals("hello.web"));

      var id = inspect("hello.web", "{{.Id}}");
      plant.agent.kill();
      plant.agent.start();
      plant.deploy("second", service("0"));
      plant.ready("second");
      assertEquals(id, inspect("hello.web", "{{.Id}}"));

      plant.delete("hello");
      plant.delete("second");
      eventually("nothing", () -> plant.containers().isEmpty());
    }
  }

  private static String service(String change) {
    return "{name: web, image: '%s', env: [{name: CHANGE, value: '%s'}]}"
        .formatted(Images.HELLO_1, change);
  }
}
