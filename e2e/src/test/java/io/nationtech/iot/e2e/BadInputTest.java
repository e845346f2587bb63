package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static io.nationtech.iot.e2e.Plant.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a person, a registry or a bucket can get wrong, and what is said of it. */
class BadInputTest {
  private static final String DEVICE = "e2e-bad-input";
  private static final String NO_DOCUMENT = "there is no desired document";
  private static final String HELLO = "{name: web, image: '%s'}".formatted(Images.HELLO_1);
  private static Plant plant;

  @BeforeAll
  static void start() {
    plant = new Plant(DEVICE, List.of(NatsServer.start(DEVICE)));
  }

  @AfterAll
  static void end() {
    plant.close();
  }

  @Test
  void aManifestIsRefusedWithTheNameOfItsWrongField() {
    assertTrue(refusal("devices: [pi-1]", "imagge: x, image: x").contains("imagge"));
    assertTrue(refusal("devices: [pi-1]", "pullPolicy: Never").contains("image"));
    assertTrue(refusal("devices: [pi-1], group: all", "image: x").contains("spec.target"));
    // The agent takes nine bits only: no setuid.
    var file = "image: x, files: [{path: /a, content: b, mode: '%s'}]";
    assertTrue(refusal("devices: [pi-1]", file.formatted("4755")).contains("files[0].mode"));
  }

  private static String refusal(String target, String fields) {
    return plant.refused(
        """
        apiVersion: %s/%s
        kind: DeviceDeployment
        metadata: {name: bad}
        spec:
          target: {%s}
          score: {type: PodmanV0, data: {services: [{name: web, %s}]}}
        """
            .formatted(Wire.API_GROUP, Wire.API_VERSION, target, fields));
  }

  @Test
  void anImageThatDoesNotExistFailsWithTheRegistrysAnswerAndOtherServicesGoOn() {
    try (var registry = OciRegistry.start(Place.FREE)) {
      var image = registry.host() + "/none:1";
      plant.deploy("missing", "{name: web, image: '%s'}".formatted(image));
      plant.deploy("present", HELLO);
      plant.ready("present");
      eventually(
          "Failed",
          () -> plant.get("ddep/missing", ".status.failures[0].reason").equals("ImagePullFailed"));
      var message = plant.get("ddep/missing", ".status.failures[0].message");
      assertTrue(message.contains("manifest unknown"), message);
      assertTrue(message.contains(image), message);
      registry.push(Images.HELLO_1, "none:1");
      plant.ready("missing");
      plant.delete("missing");
      plant.delete("present");
    }
  }

  @Test
  void aDocumentThatCannotBeReadOrIsGoneStopsNothingAndHeals() {
    plant.deploy("keep", HELLO);
    plant.ready("keep");
    var id = inspect("keep.web", "{{.Id}}");
    // Without the operator, which would mend the document before the agent has read it.
    plant.operator.kill();
    plant.timeline.want("{\"device\":\"e2e-bad-input\",\"deployments\":");
    eventually("the agent to say so", () -> plant.agent.count("can't be understood") > 0);
    long said = plant.agent.count(NO_DOCUMENT);
    plant.timeline.deleteDesired();
    eventually("the agent to say so", () -> plant.agent.count(NO_DOCUMENT) > said);
    plant.operator.start();
    plant.deploy("again", HELLO);
    plant.ready("again");
    plant.nats.getFirst().deleteBuckets();
    plant.deploy("more", HELLO);
    plant.ready("more");
    assertEquals(id, inspect("keep.web", "{{.Id}}"));
    assertEquals("running", inspect("keep.web", "{{.State.Status}}"));
    plant.delete("keep");
    plant.delete("again");
    plant.delete("more");
  }

  @Test
  void restartsOfTheServersStopNothing() {
    plant.deploy("restart", HELLO);
    plant.ready("restart");
    var id = inspect("restart.web", "{{.Id}}");
    plant.nats.getFirst().restart();
    plant.kubernetes.stopServer();
    plant.kubernetes.startServerAgain();
    eventually("the API server", () -> plant.kubernetes.kubectl("get", "ddep").exitCode() == 0);
    plant.deploy("after", HELLO);
    plant.ready("after");
    assertEquals(id, inspect("restart.web", "{{.Id}}"));
    plant.delete("restart");
    plant.delete("after");
  }
}
