package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.KubernetesApi;
import io.nationtech.iot.platform.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who a device is, as its Device says, with the operator and the callout as programs. */
class PinTest {
  private static final String PI = "pi-1";

  @Test
  void theOneInTheSpecComesInAnotherIsRefusedAndToldAndAChangedSpecLetsItIn() throws IOException {
    try (var plant = new TokenPlant("pin", Duration.ofHours(1));
        var kubernetes = KubernetesApi.start()) {
      kubectl(
          kubernetes, "apply", "-f", Images.root().resolve("charts/iot-operator/crds").toString());
      kubectl(kubernetes, "wait", "--for=condition=Established", "crd", "--all");
      var operator = Programs.operator(plant.directory, List.of(plant.nats), kubernetes);
      operator.start();
      try {
        var first = plant.account(PI);
        belongsTo(plant, kubernetes, first.userId());
        pinned(kubernetes, first.userId());
        assertTrue(plant.signsIn(plant.token(first)));

        plant.zitadel.management().removeUser(first.userId());
        var second = plant.account(PI);
        assertFalse(plant.signsIn(plant.token(second)));
        kubectl(
            kubernetes, "wait", "--for=condition=IdentityRefused", "dev/" + PI, "--timeout=60s");
        eventually(
            "its event", () -> events(kubernetes, "SecondIdentity").contains(second.userId()));

        belongsTo(plant, kubernetes, second.userId());
        pinned(kubernetes, second.userId());
        eventually("the new one", () -> plant.signsIn(plant.token(second)));
      } finally {
        operator.kill();
      }
    }
  }

  private static void belongsTo(TokenPlant plant, KubernetesApi kubernetes, String subject)
      throws IOException {
    var manifest =
        """
        apiVersion: %s/%s
        kind: Device
        metadata: {name: %s}
        spec: {identity: {issuer: "%s", subject: "%s", organisation: "%s"}}
        """
            .formatted(
                Wire.API_GROUP,
                Wire.API_VERSION,
                PI,
                plant.zitadel.issuer(),
                subject,
                plant.zitadel.organisation());
    var file = Files.writeString(plant.directory.resolve("device.yaml"), manifest);
    kubectl(kubernetes, "apply", "-f", file.toString());
  }

  private static void pinned(KubernetesApi kubernetes, String subject) {
    eventually("the pin", () -> events(kubernetes, "IdentityPinned").contains(subject));
  }

  private static String events(KubernetesApi kubernetes, String reason) {
    return kubectl(
        kubernetes,
        "get",
        "events",
        "--field-selector=reason=" + reason,
        "-o",
        "jsonpath={.items[*].message}");
  }

  private static String kubectl(KubernetesApi kubernetes, String... arguments) {
    var answer = kubernetes.kubectl(arguments);
    assertEquals(0, answer.exitCode(), answer.output());
    return answer.output();
  }
}
