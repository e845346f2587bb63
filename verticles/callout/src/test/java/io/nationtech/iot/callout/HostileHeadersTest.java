package io.nationtech.iot.callout;

import static io.nationtech.iot.callout.RawClient.hpub;
import static io.nationtech.iot.callout.RawClient.pub;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that is let in, and asks on its own subjects for what is another's. */
class HostileHeadersTest {
  private static final String INBOX = Wire.inboxPrefix("evil") + ".";
  private static final String PUT = Wire.kvSubject(Wire.BUCKET_REPORTED, "evil");
  private static final String GET = Wire.directGet(Wire.BUCKET_DESIRED, "evil");
  private static final String OTHER = Wire.kvSubject(Wire.BUCKET_REPORTED, "other");
  private static Fixture fixture;

  @BeforeAll
  static void start() {
    fixture = new Fixture();
    fixture.startCallout();
    for (var bucket : List.of(fixture.desired(), fixture.reported())) {
      Fixture.get(bucket.put("other", "of the other".getBytes(UTF_8)));
    }
    Fixture.get(fixture.desired().put("evil", "of its own".getBytes(UTF_8)));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /** Each is a way to read more than the key that the subject names. */
  static Stream<String> questions() {
    var other = Wire.kvSubject(Wire.BUCKET_DESIRED, "other");
    return Stream.of(
        "{\"last_by_subj\":\"%s\"}".formatted(other),
        "{\"next_by_subj\":\"%s\"}".formatted(other),
        "{\"multi_last\":[\"%s\"]}".formatted(other),
        "{\"multi_last\":[\"%s\"],\"batch\":10}"
            .formatted(Wire.kvSubject(Wire.BUCKET_DESIRED, ">")),
        "{\"seq\":1}",
        "{\"seq\":1,\"batch\":10}",
        "{\"start_time\":\"2020-01-01T00:00:00Z\",\"batch\":10}");
  }

  @ParameterizedTest
  @MethodSource("questions")
  void aDirectGetAnswersWithTheKeyOfItsSubjectOrNotAtAll(String question) {
    try (var device = evil()) {
      device.exchange(pub(GET, INBOX + "1", question) + pub(GET, INBOX + "2", ""));
      device.message(m -> m.contains(INBOX + "2"));
      assertTrue(device.heard.size() >= 2, device.heard.toString());
      assertTrue(
          device.heard.stream().noneMatch(m -> m.contains("of the other")),
          device.heard.toString());
    }
  }

  /** Each asks JetStream, or the server, to write or send elsewhere. */
  static Stream<String> headers() {
    return Stream.of(
        "Nats-Trace-Dest: " + OTHER,
        "Nats-Trace-Dest: " + Wire.desiredFeed("other"),
        "Nats-Trace-Dest: " + Wire.heartbeat("other"),
        "Nats-Batch-Id: 1\r\nNats-Batch-Sequence: 1\r\nNats-Batch-Commit: 1",
        "Nats-TTL: 1s",
        "Nats-Incr: +1",
        "Nats-Rollup: all");
  }

  @ParameterizedTest
  @MethodSource("headers")
  void noHeaderReachesAnothersSubject(String header) {
    var heard = Collections.synchronizedList(new ArrayList<String>());
    fixture.hub.subscribe("fleet.>", message -> heard.add(message.subject()));
    Fixture.get(fixture.hub.flush());
    try (var device = evil();
        var other = fixture.raw(fixture.issuer.device("other"))) {
      other.exchange("SUB " + Wire.desiredFeed("other") + " 1\r\n");
      device.exchange(
          hpub(PUT, INBOX + "1", header, "of evil")
              + hpub(GET, INBOX + "2", header, "")
              + hpub(Wire.heartbeat("evil"), "", header, "")
              + pub(PUT, INBOX + "3", "of evil"));
      device.message(m -> m.contains(INBOX + "3"));
      other.exchange("");
      assertEquals(List.of(), other.heard);
    }
    Fixture.get(fixture.hub.flush());
    assertTrue(heard.stream().allMatch(Wire.heartbeat("evil")::equals), heard.toString());
    unharmed(fixture.desired());
    unharmed(fixture.reported());
  }

  @ParameterizedTest
  @ValueSource(strings = {"@at 2020-01-01T00:00:00Z", "@every 1s"})
  void noScheduleReachesAnothersKeyWhenOneOfAStreamThatAllowsThemHasCome(String when) {
    var own = "schedules-" + when.substring(1, 3);
    ask(
        "$JS.API.STREAM.CREATE." + own,
        Map.of(),
        "{\"name\":\"%s\",\"subjects\":[\"%s.*\"],\"allow_msg_schedules\":true}"
            .formatted(own, own));
    try (var device = evil()) {
      device.exchange(hpub(PUT, INBOX + "1", schedule(when, OTHER), "of evil"));
      var answer = device.message(m -> m.contains(INBOX + "1"));
      assertTrue(answer.contains("message schedules"), answer);
    }
    ask(
        own + ".asked",
        Map.of("Nats-Schedule", when, "Nats-Schedule-Target", own + ".come"),
        "of the platform");
    var come = "{\"last_by_subj\":\"" + own + ".come\"}";
    Fixture.await()
        .until(() -> ask("$JS.API.STREAM.MSG.GET." + own, Map.of(), come).contains("\"data\""));
    unharmed(fixture.desired());
    unharmed(fixture.reported());
  }

  private static String schedule(String when, String target) {
    return "Nats-Schedule: " + when + "\r\nNats-Schedule-Target: " + target;
  }

  private static String ask(String subject, Map<String, String> headers, String payload) {
    var answer = Fixture.get(fixture.hub.request(subject, headers, payload.getBytes(UTF_8)));
    return new String(answer.getData(), UTF_8);
  }

  private static RawClient evil() {
    var device = fixture.raw(fixture.issuer.device("evil"));
    device.exchange("SUB " + INBOX + "> 9\r\n");
    return device;
  }

  private static void unharmed(Bucket bucket) {
    var found = assertInstanceOf(Entry.Found.class, Fixture.get(bucket.get("other")));
    assertEquals("of the other", new String(found.value(), UTF_8));
  }
}
