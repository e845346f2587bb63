package io.nationtech.iot.operator.status;

import static io.nationtech.iot.operator.status.Reports.condition;
import static io.nationtech.iot.operator.status.Reports.message;
import static io.nationtech.iot.operator.status.Reports.reported;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.Given;
import io.nationtech.iot.operator.status.DeploymentStatus.Facts;
import io.nationtech.iot.operator.status.DeploymentStatus.Member;
import io.nationtech.iot.operator.status.DeploymentStatus.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a DeviceDeployment's status says. */
class DeploymentStatusTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:02.345Z");
  private static final DeploymentResource HELLO =
      Given.deployment("plant", "hello", "uid-hello", 3, "pi-1", "pi-2");
  private static final ReportedDocument.Deployment RUNS = reported("uid-hello", 3, Phase.Running);

  @Test
  void allDevicesReady() {
    var status = status(present("pi-1", RUNS), present("pi-2", RUNS));
    assertEquals("True/AllDevicesReady", condition(status, "Ready"));
    assertEquals("False/AllDevicesReady", condition(status, "Reconciling"));
    assertEquals("False/AllDevicesReady", condition(status, "Stalled"));
    assertEquals("2 of 2 devices run generation 3", message(status, "Ready"));
    assertCounts(status, 2, 2, 2, 0, 0);
  }

  @Test
  void everyConditionHasTheGenerationThatTheStatusSpeaksOf() {
    var status = status(present("pi-1", RUNS));
    assertEquals(3, status.path("observedGeneration").asLong());
    for (var condition : status.path("conditions")) {
      assertEquals(3, condition.path("observedGeneration").asLong());
      assertEquals("2026-11-23T10:00:02Z", condition.path("lastTransitionTime").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Waiting, False, 0, 0, 0",
    "Pulling, False, 0, 0, 0",
    "Starting, False, 1, 0, 0",
    "Running, True, 1, 1, 0",
    "Stopping, False, 0, 0, 0",
    "Degraded, False, 1, 0, 1",
    "Failed, False, 0, 0, 1",
    "RolledBack, False, 0, 0, 1",
    "Unsupported, False, 0, 0, 1"
  })
  void aPhaseCounts(Phase phase, String ready, int updated, int readyDevices, int failed) {
    var status = status(present("pi-1", reported("uid-hello", 3, phase)));
    assertTrue(condition(status, "Ready").startsWith(ready + "/"));
    assertCounts(status, 1, updated, readyDevices, failed, 0);
    assertEquals(failed, status.path("failures").size());
    assertEquals(failed == 1, condition(status, "Stalled").startsWith("True/DevicesFailed"));
  }

  @Test
  void whatADeviceSaysOfAnotherVersionDoesNotCount() {
    for (var other :
        List.of(reported("uid-hello", 2, Phase.Running), reported("uid-old", 3, Phase.Failed))) {
      var status = status(present("pi-1", other));
      assertEquals("False/DevicesChanging", condition(status, "Ready"));
      assertEquals("True/DevicesChanging", condition(status, "Reconciling"));
      assertCounts(status, 1, 0, 0, 0, 0);
    }
  }

  @Test
  void whileOneFailsAndAnotherChangesItIsNotGivenUp() {
    var failed = reported("uid-hello", 3, Phase.Failed, "ImagePullFailed", "no such image");
    var status = status(present("pi-1", failed), present("pi-2"));
    assertEquals("True/DevicesFailed", condition(status, "Reconciling"));
    assertEquals("True/DevicesFailed", condition(status, "Stalled"));
    assertEquals(
        "0 of 2 devices run generation 3; pi-1: ImagePullFailed: no such image",
        message(status, "Ready"));
    assertEquals(
        Given.json(
            "[{\"device\":\"pi-1\",\"reason\":\"ImagePullFailed\",\"message\":\"no such image\"}]"),
        status.path("failures"));
    status = status(present("pi-1", failed), present("pi-2", RUNS));
    assertEquals("False/DevicesFailed", condition(status, "Reconciling"));
  }

  @Test
  void anOfflineDeviceIsNotReadyWhateverItSaidLast() {
    var status = status(present("pi-1", RUNS), offline("pi-2", RUNS));
    assertEquals("False/DevicesOffline", condition(status, "Ready"));
    assertEquals("True/DevicesOffline", condition(status, "Reconciling"));
    assertEquals("False/DevicesOffline", condition(status, "Stalled"));
    assertCounts(status, 2, 2, 1, 0, 1);
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    var status = status(present("pi-1", RUNS), at("pi-2", Place.Missing));
    assertEquals("False/DeviceNotFound", condition(status, "Ready"));
    assertEquals("False/DeviceNotFound", condition(status, "Reconciling"));
    assertEquals("True/DeviceNotFound", condition(status, "Stalled"));
    assertTrue(message(status, "Ready").endsWith(": pi-2"));
  }

  @Test
  void aDeviceOfAnotherOwnerIsNamed() {
    var status = status(present("pi-1"), at("pi-2", Place.Refused));
    assertEquals("True/DeviceRefused", condition(status, "Reconciling"));
    assertEquals("another owner looks after: pi-2", message(status, "Stalled"));
  }

  @Test
  void aDocumentThatCannotBeWrittenIsSaidUnlessTheDeviceRunsThisAllTheSame() {
    var status = status(present("pi-1", RUNS), at("pi-2", Place.TooLarge));
    assertEquals("False/DocumentTooLarge", condition(status, "Ready"));
    assertEquals("False/DocumentTooLarge", condition(status, "Reconciling"));
    assertTrue(message(status, "Stalled").endsWith(": pi-2"));
    status = status(present("pi-1"), at("pi-2", Place.Stopped));
    assertEquals("True/MassRemovalStopped", condition(status, "Stalled"));

    var runs = new Member("pi-2", Place.TooLarge, false, Optional.of(RUNS));
    assertEquals("True/AllDevicesReady", condition(status(present("pi-1", RUNS), runs), "Ready"));
  }

  @Test
  void onlyFiveAreNamed() {
    var members = new ArrayList<Member>();
    for (int i = 1; i <= 9; i++) {
      members.add(at("pi-" + i, Place.Missing));
    }
    assertTrue(
        message(status(members), "Ready").endsWith(": pi-1, pi-2, pi-3, pi-4, pi-5 and 4 more"));
  }

  @Test
  void aTargetThatIsNotSupportedIsNamed() {
    var group = Given.grouped("plant", "hello", "uid-hello", 1);
    var status = DeploymentStatus.of(new Facts(group, none(), List.of(), List.of(), NOW));
    assertEquals("True/TargetNotSupported", condition(status, "Stalled"));
    assertTrue(message(status, "Ready").startsWith("target.group is not supported"));
  }

  @Test
  void whatIsBeingDeletedSaysWhoHasYetToLetGo() {
    var deleting = Given.deleting(HELLO);
    var members = List.of(present("pi-1", RUNS));
    var status = DeploymentStatus.of(new Facts(deleting, none(), members, List.of("pi-1"), NOW));
    assertEquals("False/Deleting", condition(status, "Ready"));
    assertEquals("True/Deleting", condition(status, "Reconciling"));
    assertEquals("1 connected devices have yet to let go: pi-1", message(status, "Ready"));
  }

  @Test
  void theStatusIsBoundedHoweverManyDevicesFailAndHoweverMuchTheySay() {
    var members = new ArrayList<Member>();
    for (int i = 0; i < 1000; i++) {
      var much = "😀".repeat(10_000);
      members.add(present("pi-" + i, reported("uid-hello", 3, Phase.Failed, much, much)));
    }
    var status = status(members);
    assertEquals(20, status.path("failures").size());
    assertTrue(status.toString().length() < 64 * 1024);
    for (var failure : status.path("failures")) {
      assertTrue(failure.path("reason").asText().length() <= 128);
      assertTrue(failure.path("message").asText().length() <= 1024);
      assertTrue(failure.path("message").asText().endsWith("😀…"));
    }
  }

  @Test
  void aReasonThatIsEmptyIsUnknown() {
    var status = status(present("pi-1", reported("uid-hello", 3, Phase.Failed, "", "")));
    assertEquals("Unknown", status.path("failures").path(0).path("reason").asText());
  }

  @Test
  void theTimeOfAChangeStaysUntilTheStatusOfTheConditionChanges() {
    var before = status(present("pi-1"));
    var later = NOW.plusSeconds(60);
    var same =
        DeploymentStatus.of(new Facts(HELLO, before, List.of(offline("pi-1")), List.of(), later));
    assertEquals("False/DevicesOffline", condition(same, "Ready"));
    assertEquals("2026-11-23T10:00:02Z", time(same, "Ready"));
    var ready =
        DeploymentStatus.of(
            new Facts(HELLO, same, List.of(present("pi-1", RUNS)), List.of(), later));
    assertEquals("2026-11-23T10:01:02Z", time(ready, "Ready"));
    assertEquals("2026-11-23T10:00:02Z", time(ready, "Stalled"));
  }

  private static String time(JsonNode status, String type) {
    return Condition.find(status, type).orElseThrow().path("lastTransitionTime").asText();
  }

  private static void assertCounts(
      JsonNode status, int targeted, int updated, int ready, int failed, int offline) {
    assertEquals(targeted, status.path("targetedDevices").asInt());
    assertEquals(updated, status.path("updatedDevices").asInt());
    assertEquals(ready, status.path("readyDevices").asInt());
    assertEquals(failed, status.path("failedDevices").asInt());
    assertEquals(offline, status.path("offlineDevices").asInt());
  }

  private static JsonNode status(Member... members) {
    return status(List.of(members));
  }

  private static JsonNode status(List<Member> members) {
    return DeploymentStatus.of(new Facts(HELLO, none(), members, List.of(), NOW));
  }

  private static JsonNode none() {
    return MissingNode.getInstance();
  }

  private static Member present(String device, ReportedDocument.Deployment observed) {
    return new Member(device, Place.Present, false, Optional.of(observed));
  }

  private static Member present(String device) {
    return at(device, Place.Present);
  }

  private static Member at(String device, Place place) {
    return new Member(device, place, false, Optional.empty());
  }

  private static Member offline(String device, ReportedDocument.Deployment... observed) {
    return new Member(device, Place.Present, true, List.of(observed).stream().findFirst());
  }
}
