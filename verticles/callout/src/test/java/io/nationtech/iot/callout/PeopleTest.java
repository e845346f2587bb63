package io.nationtech.iot.callout;

import static io.nationtech.iot.callout.RawClient.pub;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Entry;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People in account OPS: they read, and a hostile one can do no more. */
class PeopleTest {
  private static final byte[] DESIRED = "desired".getBytes(UTF_8);
  private static final byte[] REPORTED = "reported".getBytes(UTF_8);
  private static Fixture fixture;

  @BeforeAll
  static void start() {
    fixture = new Fixture();
    fixture.startCallout();
    Fixture.get(fixture.desired().put("pi-1", DESIRED));
    Fixture.get(fixture.reported().put("pi-1", REPORTED));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "support", "operator"})
  void readBothBucketsAndHearTheFeeds(String role) {
    try (var person = fixture.raw(fixture.issuer.person("4711", role));
        var device = fixture.raw(fixture.issuer.device("pi-1"))) {
      person.exchange(
          "SUB _INBOX_4711.> 1\r\nSUB fleet.desired.* 2\r\nSUB fleet.heartbeat.* 3\r\n"
              + pub(Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"), "_INBOX_4711.1", "")
              + pub(Wire.directGet(Wire.BUCKET_REPORTED, "pi-1"), "_INBOX_4711.2", ""));
      person.message(m -> m.contains("_INBOX_4711.1") && m.contains("desired"));
      person.message(m -> m.contains("_INBOX_4711.2") && m.contains("reported"));
      Fixture.get(fixture.desired().put("pi-1", DESIRED));
      person.message(m -> m.contains("fleet.desired.pi-1"));
      device.exchange(pub("fleet.heartbeat.pi-1", "", "{}"));
      person.message(m -> m.contains("fleet.heartbeat.pi-1"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$KV.desired-state.pi-1",
        "$KV.device-state.pi-1",
        "fleet.heartbeat.pi-1",
        "fleet.desired.pi-1",
        "fleet.request.pi-1.logs",
        "$JS.API.STREAM.DELETE.KV_device-state",
        "$JS.API.DIRECT.GET.KV_device-identity.$KV.device-identity.pi-1",
        "$JS.API.CONSUMER.CREATE.KV_desired-state",
        "_INBOX_4712.1"
      })
  void aViewerPublishesNothingElse(String subject) {
    try (var person = fixture.raw(fixture.issuer.person("4711", "viewer"))) {
      var answers = person.exchange(pub(subject, "_INBOX_4711.1", "x"));
      assertTrue(answers.getFirst().contains("Permissions Violation for Publish"), answers + "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$KV.desired-state.pi-1",
        "$KV.device-state.pi-1",
        "fleet.heartbeat.pi-1",
        "fleet.desired.pi-1",
        "$JS.API.STREAM.PURGE.KV_device-state",
        "$JS.API.DIRECT.GET.KV_desired-state.$KV.desired-state.pi-1"
      })
  void jetStreamDoesNotAnswerAViewerIntoADevicesSubject(String reply) {
    try (var person = fixture.raw(fixture.issuer.person("4711", "viewer"));
        var device = fixture.raw(fixture.issuer.device("pi-1"))) {
      device.exchange("SUB fleet.desired.pi-1 1\r\nSUB _INBOX_pi-1.> 2\r\n");
      person.exchange(
          "SUB _INBOX_4711.> 1\r\n"
              + pub(Wire.directGet(Wire.BUCKET_REPORTED, "pi-1"), reply, "")
              + pub(Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"), reply, "")
              + pub(Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"), "_INBOX_4711.1", ""));
      person.message(m -> m.contains("_INBOX_4711.1"));
      device.exchange("");
      assertEquals(List.of(), device.heard);
    }
    assertArrayEquals(
        DESIRED,
        assertInstanceOf(Entry.Found.class, Fixture.get(fixture.desired().get("pi-1"))).value());
    assertArrayEquals(
        REPORTED,
        assertInstanceOf(Entry.Found.class, Fixture.get(fixture.reported().get("pi-1"))).value());
  }

  @Test
  void onlyAnOperatorNudgesAndSupportReadsLogs() {
    assertRequests("viewer", false, false);
    assertRequests("support", true, false);
    assertRequests("operator", true, true);
  }

  private static void assertRequests(String role, boolean logs, boolean nudges) {
    try (var person = fixture.raw(fixture.issuer.person("4711", role))) {
      assertEquals(logs, person.exchange(pub(Wire.request("pi-1", "logs"), "", "")).size() == 1);
      assertEquals(nudges, person.exchange(pub(Wire.request("pi-1", "nudge"), "", "")).size() == 1);
    }
  }
}
