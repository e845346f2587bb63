package io.nationtech.iot.callout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.Entry;
import io.nationtech.iot.nats.NatsConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Devices and people sign in on a real nats-server, with sealed requests. */
class CalloutTest {
  private static Fixture fixture;
  private static Callout callout;

  @BeforeAll
  static void start() {
    fixture = new Fixture();
    callout = fixture.startCallout();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void aDeviceSignsInAndDoesItsWork() throws Exception {
    var heard = Collections.synchronizedList(new ArrayList<String>());
    fixture.hub.subscribe(Wire.heartbeat("work-1"), message -> heard.add(message.subject()));
    Fixture.get(fixture.hub.flush());
    Fixture.get(fixture.desired().put("work-1", "desired".getBytes(UTF_8)));

    var device = device("work-1");
    Fixture.await().ignoreExceptions().until(() -> Fixture.get(desired(device, "work-1")) != null);
    var read = assertInstanceOf(Entry.Found.class, Fixture.get(desired(device, "work-1")));
    assertEquals("desired", new String(read.value(), UTF_8));
    Fixture.get(
        new io.nationtech.iot.nats.Bucket(device, Wire.BUCKET_REPORTED)
            .put("work-1", "reported".getBytes(UTF_8)));
    device.publish(Wire.heartbeat("work-1"), new byte[0]);
    Fixture.await().until(() -> !heard.isEmpty());
    Fixture.get(device.close());
  }

  @Test
  void theFirstIdentityOfANameOwnsItAndASecondIsDeniedAndTold() {
    var told = Collections.synchronizedList(new ArrayList<String>());
    fixture.hub.subscribe(
        Wire.refused("*"), message -> told.add(message.subject() + " " + text(message.data())));
    Fixture.get(fixture.hub.flush());
    fixture.raw(fixture.issuer.device("owned-1")).close();
    var pin = assertInstanceOf(Entry.Found.class, Fixture.get(fixture.identities().get("owned-1")));
    assertEquals(
        new IdentityDocument(fixture.issuer.url(), "subject-of-owned-1", Claims.ORGANISATION)
            .encode(),
        text(pin.value()));

    var impostor = fixture.issuer.device("owned-1", claims -> claims.put("sub", "impostor"));
    try (var client = fixture.raw()) {
      assertEquals("-ERR 'Authorization Violation'", client.signIn(impostor));
    }
    Fixture.await().until(() -> !told.isEmpty());
    assertTrue(told.getFirst().startsWith("fleet.refused.owned-1 "), told.getFirst());
    assertTrue(told.getFirst().contains("impostor"), told.getFirst());
    fixture.raw(fixture.issuer.device("owned-1")).close();
  }

  @Test
  void aPinThatIsWrittenElsewhereCountsAtOnce() {
    var other = new IdentityDocument(fixture.issuer.url(), "declared", Claims.ORGANISATION);
    Fixture.get(fixture.identities().put("declared-1", other.encode().getBytes(UTF_8)));
    Fixture.await()
        .until(
            () -> {
              try (var client = fixture.raw()) {
                return client.signIn(fixture.issuer.device("declared-1")).startsWith("-ERR");
              }
            });
    fixture
        .raw(fixture.issuer.device("declared-1", claims -> claims.put("sub", "declared")))
        .close();
  }

  @Test
  void aPinThatCannotBeReadLetsNobodyIn() {
    Fixture.get(fixture.identities().put("broken-1", "{".getBytes(UTF_8)));
    try (var client = fixture.raw()) {
      assertEquals(
          "-ERR 'Authorization Violation'", client.signIn(fixture.issuer.device("broken-1")));
    }
  }

  @Test
  void theConnectionEndsWithTheToken() {
    var soon = Instant.now().getEpochSecond() + 3;
    var token = fixture.issuer.device("short-1", claims -> claims.put("exp", soon));
    try (var client = fixture.raw(token)) {
      assertTrue(client.answer().contains("User Authentication Expired"));
      assertTrue(Instant.now().getEpochSecond() >= soon - 1);
      assertEquals("closed", client.line());
    }
  }

  @Test
  void theServerKnowsAConnectionByItsDeviceAndAPersonByTheSubject() {
    fixture.raw(fixture.issuer.person("4711", "viewer")).close();
    assertTrue(fixture.raw(fixture.issuer.device("named-1")).exchange("").contains("PONG"));
  }

  @Test
  void aChangedPolicyCountsWithoutARestartAndABadOneDoesNot() {
    var token = fixture.issuer.device("policy-1");
    fixture.raw(token).close();
    fixture.writePolicy(fixture.policyText() + "denied: [policy-1]\n");
    Fixture.await().until(() -> refused(token));
    fixture.writePolicy("trust: nonsense");
    fixture.writePolicy(fixture.policyText());
    Fixture.await().until(() -> !refused(token));
    fixture.writePolicy("trust: []\n");
    // Whoever was let in before is let in still, several looks at the file later.
    var until = Instant.now().plusSeconds(1);
    while (Instant.now().isBefore(until)) {
      assertTrue(!refused(token));
    }
    fixture.writePolicy(fixture.policyText());
  }

  @Test
  void probesAndMetricsAreServed() {
    assertEquals(200, Fixture.http(callout, "/livez").statusCode());
    assertEquals(
        "nats: ok\nkeys: ok\npins: ok\nanswering: ok\n", Fixture.http(callout, "/readyz").body());
    assertEquals(404, Fixture.http(callout, "/").statusCode());
    fixture.raw(fixture.issuer.device("metrics-1")).close();
    var metrics = Fixture.http(callout, "/metrics").body();
    assertTrue(metrics.contains("iot_callout_decisions_total{outcome=\"allow\"}"), metrics);
    assertTrue(metrics.contains("iot_callout_decision_seconds_bucket"), metrics);
  }

  private static boolean refused(String token) {
    try (var client = fixture.raw()) {
      return client.signIn(token).startsWith("-ERR");
    }
  }

  private static io.vertx.core.Future<Entry> desired(NatsConnection device, String id) {
    return new io.nationtech.iot.nats.Bucket(device, Wire.BUCKET_DESIRED).get(id);
  }

  private static NatsConnection device(String id) {
    var token = fixture.issuer.device(id).toCharArray();
    Credentials credentials = options -> options.token(token);
    return fixture.connect(credentials, id);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
