package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The wire form is fixed: who changes it has to change these files, and every device in the field.
 */
class GoldenFilesTest {
  static final DeviceId PI = new DeviceId("pi-1");

  @Test
  void aDesiredDocumentKeepsItsWireForm() throws Exception {
    assertEquals(golden("desired"), DesiredDocument.decode(PI, bytes("desired")).encode());
  }

  @Test
  void aReportedDocumentKeepsItsWireForm() throws Exception {
    assertEquals(golden("reported"), ReportedDocument.decode(PI, bytes("reported")).encode());
  }

  @Test
  void aHeartbeatKeepsItsWireForm() throws Exception {
    var wire = "{\"intervalSeconds\":60}";
    assertEquals(wire, Heartbeat.decode(wire.getBytes(StandardCharsets.UTF_8)).encode());
  }

  @Test
  void everyHonouredFieldOfAServiceIsRead() throws Exception {
    var document = DesiredDocument.decode(PI, bytes("desired"));
    var deployment = Objects.requireNonNull(document.deployments().get("hello"));
    var web = assertInstanceOf(PodmanV0.class, deployment.score()).services().getFirst();

    assertEquals("registry.example/hello:2", web.image());
    assertEquals(PodmanV0.PullPolicy.IfNotPresent, web.pullPolicy().orElseThrow());
    assertEquals("GREETING", web.process().env().getFirst().name());
    assertEquals(80, web.networking().ports().getFirst().hostPort().orElseThrow());
    assertEquals("/srv/plc", web.storage().volumes().getLast().hostPath().orElseThrow());
    assertEquals(30, web.process().stopTimeoutSeconds().orElseThrow());
    assertEquals(10, deployment.update().minReadySeconds().orElseThrow());
  }

  @Test
  void everyFieldOfTheContractIsRead() throws Exception {
    var json = CanonicalJson.parse(bytes("contract-score"));
    var score = assertInstanceOf(PodmanV0.class, Score.of(json));
    var web = score.services().getLast();
    assertEquals(
        new PodmanV0.Resources(Optional.of(64L << 20), Optional.of(500L), Optional.of(64)),
        web.confinement().resources());
    assertEquals("/run/secrets/tls.key", web.secrets().getLast().file().orElseThrow());
    assertEquals(PodmanV0.Condition.Healthy, web.dependsOn().getFirst().condition());
    assertEquals(
        new PodmanV0.Registry("registry.example", "registry", "user", "password"),
        score.registries().getFirst());
  }

  @Test
  void aFieldFromTheFutureIsNamedAndNothingElseIsLost() throws Exception {
    var text = golden("contract-score").replace("\"periodSeconds\"", "\"periodMinutes\"");
    var json = CanonicalJson.parse(text);
    var score = assertInstanceOf(UnsupportedScore.class, Score.of(json));
    assertEquals("FieldNotSupported", score.reason());
    assertEquals(
        "score.data.services[0].healthcheck.periodMinutes is not supported by this agent",
        score.message());
    assertEquals(json, score.json());
  }

  static String golden(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8).strip();
  }

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
