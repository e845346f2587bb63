package io.nationtech.iot.callout;

import static io.nationtech.iot.callout.RawClient.hpub;
import static io.nationtech.iot.callout.RawClient.pub;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device that is let in, and wants more than its own; on a real nats-server, by raw protocol. */
class HostileDeviceTest {
  private static final byte[] DESIRED = "desired of the other".getBytes(UTF_8);
  private static final byte[] REPORTED = "reported by the other".getBytes(UTF_8);
  private static final String MINE = Wire.directGet(Wire.BUCKET_DESIRED, "evil");
  private static final String INBOX = Wire.inboxPrefix("evil") + ".1";
  private static Fixture fixture;

  @BeforeAll
  static void start() {
    fixture = new Fixture();
    fixture.startCallout();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void fill() {
    Fixture.get(fixture.desired().put("other", DESIRED));
    Fixture.get(fixture.reported().put("other", REPORTED));
    Fixture.get(fixture.desired().put("evil", "mine".getBytes(UTF_8)));
  }

  static Stream<String> publishesToNothingThatIsNotItsOwnThese() {
    return Stream.of(
        Wire.kvSubject(Wire.BUCKET_REPORTED, "other"),
        Wire.kvSubject(Wire.BUCKET_REPORTED, "*"),
        Wire.kvSubject(Wire.BUCKET_REPORTED, ">"),
        Wire.kvSubject(Wire.BUCKET_DESIRED, "evil"),
        Wire.kvSubject(Wire.BUCKET_DESIRED, "other"),
        Wire.kvSubject(Wire.BUCKET_IDENTITY, "evil"),
        Wire.directGet(Wire.BUCKET_DESIRED, "other"),
        Wire.directGet(Wire.BUCKET_DESIRED, "*"),
        "$JS.API.DIRECT.GET." + Wire.kvStream(Wire.BUCKET_DESIRED),
        Wire.directGet(Wire.BUCKET_REPORTED, "other"),
        Wire.directGet(Wire.BUCKET_IDENTITY, "evil"),
        "$JS.API.INFO",
        "$JS.API.STREAM.LIST",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.INFO." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.STREAM.CREATE.mine",
        "$JS.API.STREAM.UPDATE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.STREAM.DELETE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.STREAM.PURGE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.STREAM.MSG.GET." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.STREAM.MSG.DELETE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        "$JS.API.STREAM.SNAPSHOT." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.STREAM.RESTORE." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.CONSUMER.CREATE." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.CONSUMER.DURABLE.CREATE." + Wire.kvStream(Wire.BUCKET_DESIRED) + ".c",
        "$JS.API.CONSUMER.LIST." + Wire.kvStream(Wire.BUCKET_DESIRED),
        "$JS.API.CONSUMER.DELETE." + Wire.kvStream(Wire.BUCKET_DESIRED) + ".c",
        "$JS.API.CONSUMER.MSG.NEXT." + Wire.kvStream(Wire.BUCKET_DESIRED) + ".c",
        "$JS.ACK." + Wire.kvStream(Wire.BUCKET_DESIRED) + ".c.1.1.1.1.1",
        Wire.desiredFeed("evil"),
        Wire.desiredFeed("other"),
        Wire.heartbeat("other"),
        "fleet.request.other.logs",
        "fleet.refused.other",
        Wire.inboxPrefix("other") + ".1",
        "_INBOX.1",
        Wire.AUTHORIZATION_REQUEST,
        Wire.SERVERS,
        Wire.connections(Wire.ACCOUNT_DEVICES),
        Wire.kick("*"),
        "$SYS.REQ.USER.INFO",
        "_R_.1",
        "_GR_.1",
        "$NRG.V.1");
  }

  @ParameterizedTest
  @MethodSource("publishesToNothingThatIsNotItsOwnThese")
  void publishesToNothingThatIsNotItsOwn(String subject) {
    try (var device = evil()) {
      var answers = device.exchange(pub(subject, INBOX, "{}"));
      assertEquals(2, answers.size(), answers.toString());
      assertTrue(answers.getFirst().contains("Permissions Violation for Publish"), answers + "");
    }
    assertUnharmed();
  }

  static Stream<String> hearsNothingThatIsNotItsOwnThese() {
    return Stream.of(
        ">",
        "*",
        "*.>",
        "fleet.>",
        Wire.desiredFeed("*"),
        Wire.desiredFeed(">"),
        Wire.desiredFeed("other"),
        Wire.heartbeat("evil"),
        Wire.heartbeat("*"),
        "fleet.request.evil.logs",
        Wire.kvSubject("*", ">"),
        Wire.kvSubject(Wire.BUCKET_REPORTED, "evil"),
        Wire.kvSubject(Wire.BUCKET_DESIRED, "evil"),
        "$JS.>",
        "$JS.API.>",
        "$SYS.>",
        "_INBOX.>",
        Wire.inboxPrefix("other") + ".>",
        Wire.inboxPrefix("*") + ".>",
        Wire.inboxPrefix("other") + ".1",
        "_R_.>",
        "$JS.EVENT.>",
        "$JS.API.DIRECT.GET.>");
  }

  @ParameterizedTest
  @MethodSource("hearsNothingThatIsNotItsOwnThese")
  void hearsNothingThatIsNotItsOwn(String subject) {
    try (var device = evil()) {
      var answers = device.exchange("SUB " + subject + " 9\r\nSUB " + subject + " q 10\r\n");
      assertEquals(
          2,
          answers.stream()
              .filter(a -> a.contains("Permissions Violation for Subscription"))
              .count(),
          answers.toString());
      Fixture.get(fixture.desired().put("other", DESIRED));
      Fixture.get(fixture.reported().put("other", REPORTED));
      assertEquals(List.of("PONG"), device.exchange(""));
      assertEquals(List.of(), device.heard);
    }
  }

  @Test
  void hearsItsOwnFeedAndNotAnothers() {
    try (var device = evil()) {
      device.exchange("SUB " + Wire.desiredFeed("evil") + " 1\r\n");
      Fixture.get(fixture.desired().put("other", DESIRED));
      Fixture.get(fixture.desired().put("evil", "mine again".getBytes(UTF_8)));
      assertTrue(device.message(m -> m.contains("mine again")).contains(Wire.desiredFeed("evil")));
      assertEquals(1, device.heard.size(), device.heard.toString());
    }
  }

  static Stream<String> jetStreamDoesNotAnswerIntoAnothersSubjectThese() {
    return Stream.of(
        Wire.kvSubject(Wire.BUCKET_DESIRED, "other"),
        Wire.kvSubject(Wire.BUCKET_REPORTED, "other"),
        Wire.kvSubject(Wire.BUCKET_IDENTITY, "other"),
        Wire.heartbeat("other"),
        Wire.desiredFeed("other"),
        "$JS.API.STREAM.PURGE." + Wire.kvStream(Wire.BUCKET_REPORTED),
        Wire.directGet(Wire.BUCKET_DESIRED, "other"),
        Wire.AUTHORIZATION_REQUEST);
  }

  /**
   * The server does not check the reply subject that a client sets, and JetStream answers there.
   */
  @ParameterizedTest
  @MethodSource("jetStreamDoesNotAnswerIntoAnothersSubjectThese")
  void jetStreamDoesNotAnswerIntoAnothersSubject(String reply) {
    var heard = Collections.synchronizedList(new ArrayList<String>());
    fixture.hub.subscribe("fleet.>", message -> heard.add(message.subject()));
    Fixture.get(fixture.hub.flush());
    try (var device = evil();
        var other = fixture.raw(fixture.issuer.device("other"))) {
      other.exchange(
          "SUB "
              + Wire.desiredFeed("other")
              + " 1\r\nSUB "
              + Wire.inboxPrefix("other")
              + ".> 2\r\n");
      device.exchange(
          "SUB "
              + INBOX
              + " 1\r\n"
              + pub(MINE, reply, "")
              + pub(Wire.kvSubject(Wire.BUCKET_REPORTED, "evil"), reply, "x")
              + pub(MINE, INBOX, ""));
      // The last question was answered: so were the ones before it.
      device.message(m -> m.contains("mine"));
      other.exchange("");
      assertEquals(List.of(), other.heard);
    }
    Fixture.get(fixture.hub.flush());
    assertUnharmed();
    assertEquals(
        List.of(),
        heard.stream().filter(subject -> !subject.equals(Wire.desiredFeed("evil"))).toList());
  }

  @Test
  void aReplyIntoTheServersOwnSubjectsIsRefused() {
    try (var device = evil()) {
      var answers = device.exchange(pub(MINE, "_R_.abcdef.1", ""));
      assertTrue(answers.getFirst().contains("Permissions Violation"), answers + "");
    }
  }

  @Test
  void aRollupIsRefused() {
    for (var what : List.of("all", "sub")) {
      try (var device = evil()) {
        device.exchange(
            "SUB "
                + INBOX
                + " 1\r\n"
                + hpub(
                    Wire.kvSubject(Wire.BUCKET_REPORTED, "evil"),
                    INBOX,
                    "Nats-Rollup: " + what,
                    "x"));
        var answer = device.message(m -> m.contains("error"));
        assertTrue(answer.contains("rollup not permitted"), answer);
      }
    }
    assertUnharmed();
  }

  @Test
  void tooManySubscriptionsEndTheConnection() {
    try (var device = evil()) {
      var subs = new StringBuilder();
      for (int i = 0; i < 17; i++) {
        subs.append("SUB ")
            .append(Wire.inboxPrefix("evil"))
            .append(".x")
            .append(i)
            .append(' ')
            .append(i)
            .append("\r\n");
      }
      var answers = device.exchange(subs.toString());
      assertTrue(answers.toString().contains("maximum subscriptions exceeded"), answers + "");
    }
  }

  @Test
  void aPayloadOrHeadersBeyondTheLimitEndTheConnection() {
    var big = "x".repeat(100_000);
    try (var device = evil()) {
      var answers = device.exchange(pub(Wire.heartbeat("evil"), "", big));
      assertTrue(answers.toString().contains("Maximum Payload Violation"), answers + "");
    }
    try (var device = evil()) {
      var answers = device.exchange(hpub(Wire.heartbeat("evil"), "", "A: " + big, ""));
      assertTrue(answers.toString().contains("Maximum Payload Violation"), answers + "");
    }
  }

  @Test
  void aControlLineThatNeverEndsEndsTheConnection() {
    try (var device = evil()) {
      var answers = device.exchange("SUB " + "x".repeat(40_000) + " 1\r\n");
      assertTrue(answers.toString().contains("maximum control line exceeded"), answers + "");
    }
  }

  @Test
  void signingInAgainAsAnotherEndsTheConnection() {
    try (var device = evil()) {
      var claims = Claims.device(fixture.issuer.url(), "other", Instant.now());
      var forged = SigningKey.rs256("first").sign(claims);
      var answers =
          device.exchange(
              "CONNECT {\"auth_token\":\""
                  + forged
                  + "\"}\r\n"
                  + pub(Wire.kvSubject(Wire.BUCKET_REPORTED, "other"), "", "x"));
      assertEquals(List.of("-ERR 'Authorization Violation'", "closed"), answers);
    }
    assertUnharmed();
  }

  private static RawClient evil() {
    return fixture.raw(fixture.issuer.device("evil"));
  }

  private static void assertUnharmed() {
    var desired = assertInstanceOf(Entry.Found.class, Fixture.get(fixture.desired().get("other")));
    assertArrayEquals(DESIRED, desired.value(), new String(desired.value(), UTF_8));
    var reported =
        assertInstanceOf(Entry.Found.class, Fixture.get(fixture.reported().get("other")));
    assertArrayEquals(REPORTED, reported.value(), new String(reported.value(), UTF_8));
  }
}
