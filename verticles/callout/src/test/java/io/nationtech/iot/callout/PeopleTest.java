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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** People in account OPS: they read, and a hostile one can do no more. */
class PeopleTest {
  private static final byte[] DESIRED = "desired".getBytes(UTF_8);
  private static final byte[] REPORTED = "reported".getBytes(UTF_8);
  private static final List<String> ROLES = List.of("viewer", "support", "fleet-operator");
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
  @FieldSource("ROLES")
  void readBothBucketsAndHearTheFeeds(String role) {
    try (var person = fixture.raw(fixture.issuer.person("4711", role));
        var device = fixture.raw(fixture.issuer.device("pi-1"))) {
      person.exchange(
          "SUB "
              + Wire.inboxPrefix("4711")
              + ".> 1\r\nSUB "
              + Wire.desiredFeed("*")
              + " 2\r\nSUB "
              + Wire.heartbeat("*")
              + " 3\r\n"
              + pub(
                  Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"), Wire.inboxPrefix("4711") + ".1", "")
              + pub(
                  Wire.directGet(Wire.BUCKET_REPORTED, "pi-1"),
                  Wire.inboxPrefix("4711") + ".2",
                  ""));
      person.message(m -> m.contains(Wire.inboxPrefix("4711") + ".1") && m.contains("desired"));
      person.message(m -> m.contains(Wire.inboxPrefix("4711") + ".2") && m.contains("reported"));
      Fixture.get(fixture.desired().put("pi-1", DESIRED));
      person.message(m -> m.contains(Wire.desiredFeed("pi-1")));
      device.exchange(pub(Wire.heartbeat("pi-1"), "", "{}"));
      person.message(m -> m.contains(Wire.heartbeat("pi-1")));
    }
  }

  static Stream<String> nobodyPublishesAnythingElseThese() {
    return Stream.of(
        Wire.kvSubject(Wire.BUCKET_DESIRED, "pi-1"),
        Wire.kvSubject(Wire.BUCKET_REPORTED, "pi-1"),
        Wire.kvSubject(Wire.BUCKET_IDENTITY, "pi-1"),
        Wire.heartbeat("pi-1"),
        Wire.desiredFeed("pi-1"),
        Wire.refused("pi-1"),
        Wire.request("pi-1", "shell"),
        "$JS.API.INFO",
        "$JS.API.STREAM.LIST",
        "$JS.API.STREAM.CREATE.mine",
        "$JS.API.STREAM.INFO." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.STREAM.UPDATE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.STREAM.DELETE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.STREAM.PURGE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.STREAM.MSG.DELETE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.DIRECT.GET." + Wire.kvStream(Wire.BUCKET_DESIRED),
        Wire.directGet(Wire.BUCKET_IDENTITY, "pi-1"),
        "$JS.API.CONSUMER.CREATE." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.CONSUMER.LIST." + Wire.kvStream(Wire.BUCKET_DESIRED),
        Wire.SERVERS,
        Wire.AUTHORIZATION_REQUEST,
        Wire.inboxPrefix("4712") + ".1",
        Wire.inboxPrefix("pi-1") + ".1");
  }

  @ParameterizedTest
  @MethodSource("nobodyPublishesAnythingElseThese")
  void nobodyPublishesAnythingElse(String subject) {
    for (var role : ROLES) {
      try (var person = fixture.raw(fixture.issuer.person("4711", role))) {
        var answers = person.exchange(pub(subject, Wire.inboxPrefix("4711") + ".1", "x"));
        assertTrue(answers.getFirst().contains("Permissions Violation for Publish"), answers + "");
      }
    }
  }

  static Stream<String> nobodyHearsAnythingElseThese() {
    return Stream.of(
        ">",
        "*",
        "fleet.>",
        Wire.request("*", "logs"),
        Wire.refused("*"),
        Wire.kvSubject("*", ">"),
        "$JS.>",
        "$JS.API.DIRECT.GET.>",
        "$SYS.>",
        "_INBOX.>",
        "_R_.>",
        Wire.inboxPrefix("*") + ".>",
        Wire.inboxPrefix("4712") + ".>",
        Wire.inboxPrefix("pi-1") + ".>");
  }

  @ParameterizedTest
  @MethodSource("nobodyHearsAnythingElseThese")
  void nobodyHearsAnythingElse(String subject) {
    for (var role : ROLES) {
      try (var person = fixture.raw(fixture.issuer.person("4711", role))) {
        var answers = person.exchange("SUB " + subject + " 1\r\n");
        assertTrue(
            answers.getFirst().contains("Permissions Violation for Subscription"), answers + "");
      }
    }
  }

  @Test
  void aConnectionHasLimits() {
    try (var person = fixture.raw(fixture.issuer.person("4711", "viewer"))) {
      var subscriptions = new StringBuilder();
      for (int i = 0; i < 257; i++) {
        subscriptions.append("SUB %s.%d %d\r\n".formatted(Wire.inboxPrefix("4711"), i, i));
      }
      var answers = person.exchange(subscriptions.toString());
      assertTrue(answers.toString().contains("maximum subscriptions exceeded"), answers + "");
    }
    try (var person = fixture.raw(fixture.issuer.person("4711", "viewer"))) {
      var read = Wire.directGet(Wire.BUCKET_DESIRED, "pi-1");
      var answers = person.exchange(pub(read, "", "x".repeat(70_000)));
      assertTrue(answers.toString().contains("Maximum Payload Violation"), answers + "");
    }
  }

  static Stream<String> jetStreamDoesNotAnswerAPersonIntoADevicesSubjectThese() {
    return Stream.of(
        Wire.kvSubject(Wire.BUCKET_DESIRED, "pi-1"),
        Wire.kvSubject(Wire.BUCKET_REPORTED, "pi-1"),
        Wire.heartbeat("pi-1"),
        Wire.desiredFeed("pi-1"),
        "$JS.API.STREAM.PURGE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"));
  }

  @ParameterizedTest
  @MethodSource("jetStreamDoesNotAnswerAPersonIntoADevicesSubjectThese")
  void jetStreamDoesNotAnswerAPersonIntoADevicesSubject(String reply) {
    try (var person = fixture.raw(fixture.issuer.person("4711", "viewer"));
        var other = fixture.raw(fixture.issuer.person("4712", "fleet-operator"));
        var device = fixture.raw(fixture.issuer.device("pi-1"))) {
      other.exchange(
          "SUB " + Wire.desiredFeed("*") + " 1\r\nSUB " + Wire.heartbeat("*") + " 2\r\n");
      device.exchange(
          "SUB " + Wire.desiredFeed("pi-1") + " 1\r\nSUB " + Wire.inboxPrefix("pi-1") + ".> 2\r\n");
      person.exchange(
          "SUB "
              + Wire.inboxPrefix("4711")
              + ".> 1\r\n"
              + pub(Wire.directGet(Wire.BUCKET_REPORTED, "pi-1"), reply, "")
              + pub(Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"), reply, "")
              + pub(
                  Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"),
                  Wire.inboxPrefix("4711") + ".1",
                  ""));
      person.message(m -> m.contains(Wire.inboxPrefix("4711") + ".1"));
      device.exchange("");
      assertEquals(List.of(), device.heard);
      other.exchange("");
      assertEquals(List.of(), other.heard, "nor does another person believe a device said it");
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
    assertRequests("fleet-operator", true, true);
  }

  private static void assertRequests(String role, boolean logs, boolean nudges) {
    try (var person = fixture.raw(fixture.issuer.person("4711", role))) {
      assertEquals(logs, person.exchange(pub(Wire.request("pi-1", "logs"), "", "")).size() == 1);
      assertEquals(nudges, person.exchange(pub(Wire.request("pi-1", "nudge"), "", "")).size() == 1);
    }
  }
}
