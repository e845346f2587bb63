package io.nationtech.iot.operator;

import static io.nationtech.iot.operator.Platform.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What an operator makes of what it finds when it starts, on real servers. */
class RestartTest {
  private static final List<String> DEVICES =
      IntStream.rangeClosed(1, 8).mapToObj(i -> "pi-" + i).toList();
  private static final Platform PLATFORM = new Platform(DEVICES.toArray(String[]::new));

  @AfterAll
  static void stop() {
    PLATFORM.close();
  }

  @Test
  void aRestartWritesNothingAndALossIsHealed() {
    var first = PLATFORM.start(PLATFORM.settings("central"));
    DEVICES.forEach(device -> PLATFORM.applyDevice("default", device));
    PLATFORM.applyDeployment("hello", "hello:1", "devices: [" + String.join(", ", DEVICES) + "]");
    await().until(() -> everyDeviceRuns("hello"));
    var device = PLATFORM.device("pi-1");
    device.heartbeat(Duration.ofMinutes(10));
    device.report(Phase.Running);
    await().until(() -> PLATFORM.condition("dev/pi-1", "Ready").equals("True/AllDeploymentsReady"));
    long revision = PLATFORM.revision("pi-1");
    var since = PLATFORM.entry("pi-1", "hello").since();
    Platform.get(first.close());

    deleteUnseen("ddep/hello");
    var second = PLATFORM.start(PLATFORM.settings("central"));
    await().until(() -> PLATFORM.condition("dev/pi-8", "Ready").equals("False/MassRemovalStopped"));
    assertTrue(everyDeviceRuns("hello"));
    assertEquals(revision, PLATFORM.revision("pi-1"));

    PLATFORM.loseBucket(Wire.BUCKET_DESIRED);
    await().until(() -> PLATFORM.condition("dev/pi-8", "Ready").equals("False/MassRemovalStopped"));
    PLATFORM.applyDeployment("hello", "hello:1", "devices: [" + String.join(", ", DEVICES) + "]");
    await().until(() -> everyDeviceRuns("hello"));
    Platform.get(second.close());

    // The same bucket, another cluster whose API server knows nothing of it.
    revision = PLATFORM.revision("pi-1");
    var third = PLATFORM.start(PLATFORM.settings("far"));
    await().until(() -> PLATFORM.condition("dev/pi-1", "Ready").equals("False/ClaimedElsewhere"));
    assertEquals(revision, PLATFORM.revision("pi-1"));
    assertTrue(!since.isAfter(PLATFORM.entry("pi-1", "hello").since()));
    Platform.get(third.close());
  }

  /** As a person does who takes the finalizer away while no operator runs. */
  private static void deleteUnseen(String resource) {
    PLATFORM.kubectl("delete", resource, "--wait=false");
    PLATFORM.kubectl("patch", resource, "--type=merge", "-p", "{\"metadata\":{\"finalizers\":[]}}");
  }

  private static boolean everyDeviceRuns(String deployment) {
    return DEVICES.stream().allMatch(device -> PLATFORM.runs(device, deployment));
  }
}
