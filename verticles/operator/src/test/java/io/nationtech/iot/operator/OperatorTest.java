package io.nationtech.iot.operator;

import static io.nationtech.iot.operator.Platform.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From a resource to a document and back, on real servers. */
class OperatorTest {
  private static final Platform PLATFORM =
      new Platform("pi-1", "pi-2", "pi-3", "pi-4", "pi-5", "pi-6", "pi-7");
  private static final Duration LONG = Duration.ofMinutes(10);

  @BeforeAll
  static void start() {
    PLATFORM.start(PLATFORM.settings("central"));
  }

  @AfterAll
  static void stop() {
    PLATFORM.close();
  }

  @Test
  void aManifestBecomesADocumentAndItsReportBecomesTheStatus() {
    PLATFORM.applyDevice("default", "pi-1");
    var device = PLATFORM.device("pi-1");
    device.heartbeat(LONG);
    PLATFORM.applyDeployment("hello", "hello:1", "devices: [pi-1]");
    await().until(() -> PLATFORM.runs("pi-1", "hello"));
    var document = PLATFORM.document("pi-1").orElseThrow();
    assertEquals("central/default", document.owner());
    assertEquals(
        "{\"data\":{\"services\":[{\"image\":\"hello:1\",\"name\":\"web\"}]},\"type\":\"PodmanV0\"}",
        PLATFORM.entry("pi-1", "hello").score().json().toString());
    await().until(() -> PLATFORM.condition("ddep/hello", "Ready").equals("False/DevicesChanging"));
    assertEquals(
        "[\"" + Wire.FINALIZER + "\"]", PLATFORM.field("ddep/hello", ".metadata.finalizers"));

    device.report(Phase.Running);
    PLATFORM.kubectl("wait", "ddep/hello", "--for=condition=Ready", "--timeout=20s");
    PLATFORM.kubectl("wait", "dev/pi-1", "--for=condition=Ready", "--timeout=20s");
    var row = PLATFORM.kubectl("get", "ddep", "hello", "--no-headers");
    assertTrue(row.matches("(?s)hello +1 +1 +1 +0 +AllDevicesReady .*"), row);
    row = PLATFORM.kubectl("get", "dev", "pi-1", "--no-headers");
    assertTrue(row.matches("(?s)pi-1 +True +True +0.1.0 +\\d+s .*"), row);
    await()
        .until(
            () ->
                PLATFORM
                    .kubectl("get", "events", "--field-selector=involvedObject.name=hello")
                    .contains("AllDevicesReady"));
    PLATFORM.applyDeployment("hello", "hello:2", "devices: [pi-1]");
    await().until(() -> PLATFORM.condition("ddep/hello", "Ready").equals("False/DevicesChanging"));
    device.report(Phase.Failed);
    await().until(() -> PLATFORM.condition("ddep/hello", "Stalled").equals("True/DevicesFailed"));
    assertEquals("pi-1", PLATFORM.field("ddep/hello", ".status.failures[0].device"));
  }

  @Test
  void aDeviceThatDoesNotExistIsNamed() {
    PLATFORM.applyDeployment("lost", "hello:1", "devices: [nobody]");
    await().until(() -> PLATFORM.condition("ddep/lost", "Ready").equals("False/DeviceNotFound"));
    PLATFORM.applyDeployment("group", "hello:1", "group: plant");
    await()
        .until(() -> PLATFORM.condition("ddep/group", "Stalled").equals("True/TargetNotSupported"));
    PLATFORM.kubectl("delete", "ddep/lost", "ddep/group", "--timeout=20s");
  }

  @Test
  void aDeviceIsConnectedWhileItsHeartbeatsComeAndOfflineAfterThreeMissed() {
    PLATFORM.applyDevice("default", "pi-2");
    var device = PLATFORM.device("pi-2");
    device.heartbeat(Duration.ofSeconds(1));
    await()
        .until(() -> PLATFORM.condition("dev/pi-2", "Connected").equals("True/HeartbeatReceived"));
    var seen = PLATFORM.field("dev/pi-2", ".status.lastSeenTime");
    assertNotEquals("", seen);
    await()
        .until(() -> PLATFORM.condition("dev/pi-2", "Connected").equals("False/HeartbeatsMissed"));
  }

  @Test
  void aSecondClaimIsRefusedAndNamesTheOwner() {
    PLATFORM.applyDevice("default", "pi-3");
    await().until(() -> PLATFORM.document("pi-3").isPresent());
    PLATFORM.kubectl("create", "namespace", "other");
    PLATFORM.applyDevice("other", "pi-3");
    await()
        .until(
            () ->
                PLATFORM
                    .kubectl("get", "dev", "pi-3", "-n", "other", "-o", "yaml")
                    .contains("belongs to central/default"));
    assertEquals("central/default", PLATFORM.document("pi-3").orElseThrow().owner());

    PLATFORM.kubectl("annotate", "dev/pi-3", Wire.ANNOTATION_TRANSFER_TO + "=central/other");
    await().until(() -> PLATFORM.document("pi-3").orElseThrow().owner().equals("central/other"));
    await().until(() -> PLATFORM.condition("dev/pi-3", "Ready").equals("False/ClaimedElsewhere"));
  }

  @Test
  void aDocumentOfAnotherOperatorIsNotTouched() {
    var foreign =
        "{\"device\":\"pi-4\",\"owner\":\"elsewhere/plant\",\"paused\":false,\"deployments\":{}}";
    await()
        .ignoreExceptions()
        .until(() -> Platform.get(PLATFORM.desired().put("pi-4", foreign.getBytes(UTF_8))) > 0);
    PLATFORM.applyDevice("default", "pi-4");
    await().until(() -> PLATFORM.condition("dev/pi-4", "Ready").equals("False/ClaimedElsewhere"));
    PLATFORM.applyDeployment("four", "hello:1", "devices: [pi-4]");
    await().until(() -> PLATFORM.condition("ddep/four", "Ready").equals("False/DeviceRefused"));
    assertEquals("elsewhere/plant", PLATFORM.document("pi-4").orElseThrow().owner());
    PLATFORM.kubectl("delete", "ddep/four", "--timeout=20s");
  }

  @Test
  void aDeploymentIsGoneWhenItsConnectedDeviceHasLetGo() {
    PLATFORM.applyDevice("default", "pi-5");
    PLATFORM.applyDeployment("five", "hello:1", "devices: [pi-5]");
    await().until(() -> PLATFORM.runs("pi-5", "five"));
    var device = PLATFORM.device("pi-5");
    device.heartbeat(LONG);
    device.report(Phase.Running);
    PLATFORM.kubectl("wait", "ddep/five", "--for=condition=Ready", "--timeout=20s");

    PLATFORM.kubectl("delete", "ddep/five", "--wait=false");
    await().until(() -> !PLATFORM.runs("pi-5", "five"));
    await().until(() -> PLATFORM.condition("ddep/five", "Ready").equals("False/Deleting"));
    device.report(Phase.Running);
    PLATFORM.kubectl("wait", "ddep/five", "--for=delete", "--timeout=20s");
  }

  @Test
  void forceDeleteWaitsForNobody() {
    PLATFORM.applyDevice("default", "pi-6");
    PLATFORM.applyDeployment("six", "hello:1", "devices: [pi-6]");
    await().until(() -> PLATFORM.runs("pi-6", "six"));
    var device = PLATFORM.device("pi-6");
    device.heartbeat(LONG);
    device.report(Phase.Running);
    PLATFORM.kubectl("wait", "ddep/six", "--for=condition=Ready", "--timeout=20s");
    PLATFORM.kubectl("delete", "ddep/six", "--wait=false");
    PLATFORM.kubectl("annotate", "ddep/six", Wire.ANNOTATION_FORCE_DELETE + "=true");
    PLATFORM.kubectl("wait", "ddep/six", "--for=delete", "--timeout=20s");
    await().until(() -> !PLATFORM.runs("pi-6", "six"));
  }

  @Test
  void whatCannotBeReadIsSaidAndHealed() {
    PLATFORM.applyDevice("default", "pi-7");
    PLATFORM.applyDeployment("seven", "hello:1", "devices: [pi-7]");
    await().until(() -> PLATFORM.runs("pi-7", "seven"));
    var since = PLATFORM.entry("pi-7", "seven").since();
    var device = PLATFORM.device("pi-7");
    device.heartbeat(LONG);
    device.reportRaw("{\"no\":");
    await()
        .until(() -> PLATFORM.condition("dev/pi-7", "Ready").equals("Unknown/ReportUndecodable"));
    device.report(Phase.Running);
    PLATFORM.kubectl("wait", "ddep/seven", "--for=condition=Ready", "--timeout=20s");

    Platform.get(PLATFORM.desired().put("pi-7", "nonsense".getBytes(UTF_8)));
    await().until(() -> PLATFORM.runs("pi-7", "seven"));
    Platform.get(PLATFORM.desired().deleteExpecting("pi-7", PLATFORM.revision("pi-7")));
    await().until(() -> PLATFORM.runs("pi-7", "seven"));
    assertEquals(since, PLATFORM.entry("pi-7", "seven").since());
  }
}
