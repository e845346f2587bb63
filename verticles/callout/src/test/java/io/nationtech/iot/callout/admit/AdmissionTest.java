package io.nationtech.iot.callout.admit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.callout.Claims;
import io.nationtech.iot.callout.admit.Tokens.Verification;
import io.nationtech.iot.callout.decide.Decision;
import io.nationtech.iot.callout.decide.Decision.Allow;
import io.nationtech.iot.callout.decide.Decision.Deny;
import io.nationtech.iot.callout.decide.Identity;
import io.nationtech.iot.callout.decide.Permissions;
import io.nationtech.iot.callout.decide.Policy;
import io.nationtech.iot.callout.decide.SignedToken;
import io.nationtech.iot.callout.policy.PolicyException;
import io.nationtech.iot.callout.policy.PolicyText;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Wire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is asked and written between a token and a decision. */
class AdmissionTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String ISSUER = "https://id.example";
  private static final IdentityDocument PI_1 =
      new IdentityDocument(ISSUER, "subject-of-pi-1", Claims.ORGANISATION);
  private static final IdentityDocument OTHER =
      new IdentityDocument(ISSUER, "other", Claims.ORGANISATION);

  private final PlayedPins pins = new PlayedPins();
  private final Moved clock = new Moved();
  private GroupPermissions groups = GroupPermissions.none();

  @Test
  void aFirstUseIsWrittenBeforeTheDeviceComesIn() {
    assertInstanceOf(Allow.class, decide());
    assertEquals(List.of("pi-1"), pins.claimed);
    assertInstanceOf(Allow.class, decide());
    assertEquals(1, pins.claimed.size());
  }

  @Test
  void whoeverWasFasterOwnsTheName() {
    pins.faster = Optional.of(OTHER);
    assertInstanceOf(Deny.class, decide());
    assertEquals(List.of("pi-1"), pins.impostors);
  }

  @Test
  void aPinThatCannotBeWrittenOrIsLostLetsNobodyIn() {
    pins.away = true;
    assertInstanceOf(Deny.class, decide());
    pins.away = false;
    pins.forgetful = true;
    assertInstanceOf(Deny.class, decide());
  }

  @Test
  void aKnownDeviceComesInWhileNothingCanBeWritten() {
    pins.owners.put("pi-1", PI_1);
    pins.away = true;
    assertInstanceOf(Allow.class, decide());
  }

  @Test
  void anErrorIsADenial() {
    groups =
        identity -> {
          throw new IllegalStateException("bug");
        };
    pins.owners.put("pi-1", PI_1);
    var denied = assertInstanceOf(Deny.class, decide());
    assertEquals("an error: IllegalStateException", denied.reason());
  }

  @Test
  void aTokenThatIsTooLongIsNotEvenRead() {
    assertInstanceOf(Decision.Allow.class, decide("x".repeat(8 * 1024)));
    assertEquals(
        Decision.Deny.because("the token is longer than the policy allows"),
        decide("x".repeat(8 * 1024 + 1)));
  }

  @Test
  void whatGroupsAllowComesOnTop() {
    groups = identity -> Future.succeededFuture(new Permissions(List.of("extra"), List.of()));
    var allow = assertInstanceOf(Allow.class, decide());
    assertTrue(allow.permissions().publish().contains("extra"));
    assertTrue(allow.permissions().publish().contains(Wire.heartbeat("pi-1")));
  }

  @Test
  void groupsOutliveAnOutageOfTheirSource() {
    var asked = new ArrayList<Promise<Permissions>>();
    var cached = cached(asked, 10);
    var first = cached.of(identity("a"));
    asked.getFirst().complete(new Permissions(List.of("x"), List.of()));
    assertEquals(List.of("x"), first.result().publish());
    assertEquals(List.of("x"), cached.of(identity("a")).result().publish());
    assertEquals(1, asked.size());

    clock.now = NOW.plus(Duration.ofHours(24));
    assertEquals(List.of("x"), cached.of(identity("a")).result().publish());
    assertEquals(2, asked.size());
    assertEquals(List.of("x"), cached.of(identity("a")).result().publish());
    assertEquals(2, asked.size(), "one question at a time");
    asked.getLast().fail("away");
    assertEquals(List.of("x"), cached.of(identity("a")).result().publish());
    asked.getLast().complete(new Permissions(List.of("y"), List.of()));
    assertEquals(List.of("y"), cached.of(identity("a")).result().publish());
  }

  @Test
  void aFirstAnswerThatDoesNotComeIsNotWaitedForLong() {
    var permissions = cached(new ArrayList<>(), 10).of(identity("a"));
    assertEquals(Permissions.NONE, permissions.toCompletionStage().toCompletableFuture().join());
  }

  private CachedGroupPermissions cached(List<Promise<Permissions>> asked, int most) {
    return new CachedGroupPermissions(
        identity -> {
          var promise = Promise.<Permissions>promise();
          asked.add(promise);
          return promise.future();
        },
        clock,
        Duration.ofMinutes(5),
        Duration.ofMillis(200),
        most);
  }

  private static Identity identity(String subject) {
    return new Identity(ISSUER, subject, NOW, JsonNodeFactory.instance.objectNode());
  }

  private Decision decide() {
    return decide("token");
  }

  /** Played: whatever the text, it is the same good token. */
  private Decision decide(String text) {
    var header = JsonNodeFactory.instance.objectNode().put("typ", "JWT");
    var token = new SignedToken(header, Claims.device(ISSUER, "pi-1", NOW));
    var policy = policy();
    return new Admission(
            () -> policy,
            any -> Future.succeededFuture(new Verification.Signed(token)),
            pins,
            groups,
            clock)
        .decide(text)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private static Policy policy() {
    try {
      return PolicyText.parse(
          """
          trust:
          - issuer: %s
            project: "%s"
            organisations: ["%s"]
            roles: {device: device}
          """
              .formatted(ISSUER, Claims.PROJECT, Claims.ORGANISATION));
    } catch (PolicyException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class PlayedPins implements Pins {
    final Map<String, IdentityDocument> owners = new HashMap<>();
    final List<String> claimed = new ArrayList<>();
    final List<String> impostors = new ArrayList<>();
    Optional<IdentityDocument> faster = Optional.empty();
    boolean away;
    boolean forgetful;

    @Override
    public Optional<IdentityDocument> owner(String device) {
      return Optional.ofNullable(owners.get(device));
    }

    @Override
    public Future<Void> claim(Decision.Pin pin) {
      if (away) {
        return Future.failedFuture("away");
      }
      claimed.add(pin.device());
      if (!forgetful) {
        owners.put(pin.device(), faster.orElse(pin.identity()));
      }
      return Future.succeededFuture();
    }

    @Override
    public void impostor(Decision.Pin pin) {
      impostors.add(pin.device());
    }
  }

  private static final class Moved extends Clock {
    Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
