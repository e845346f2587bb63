package io.nationtech.iot.callout.jwks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.callout.Claims;
import io.nationtech.iot.callout.SigningKey;
import io.nationtech.iot.callout.admit.Tokens.Verification;
import io.nationtech.iot.callout.policy.PolicyText;
import io.nationtech.iot.callout.token.JwtTokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys while the provider changes them, or is away, by a clock of the test's. */
class FollowedKeysTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String ISSUER = "https://id.example";

  private final SigningKey first = SigningKey.rs256("first");
  private final SigningKey second = SigningKey.rs256("second");
  private final List<SigningKey> published = new ArrayList<>(List.of(first));
  private final Moved clock = new Moved();
  private String instead = "";
  private boolean away;
  private final FollowedKeys keys =
      new FollowedKeys(VERTX, clock, url -> answer(), Optional.empty());

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void follow() throws Exception {
    keys.follow(
        PolicyText.parse(
            """
            trust:
            - issuer: %s
              project: "1"
              organisations: ["2"]
              roles: {device: device}
            """
                .formatted(ISSUER)));
  }

  @Test
  void anHourWithoutTheProviderChangesNothing() {
    assertTrue(signs(first));
    away = true;
    for (int second = 0; second < 3600; second++) {
      clock.now = clock.now.plusSeconds(1);
      keys.look();
      if (second % 60 == 0) {
        assertTrue(signs(first));
      }
    }
    assertTrue(signs(first));
    away = false;
    published.add(second);
    clock.now = clock.now.plusSeconds(31);
    keys.look();
    assertTrue(signs(second));
  }

  @Test
  void theSameAnswerAgainIsTheSameSet() {
    var before = keys.of(ISSUER);
    clock.now = clock.now.plusSeconds(301);
    keys.look();
    assertSame(before, keys.of(ISSUER));
    published.add(second);
    clock.now = clock.now.plusSeconds(301);
    keys.look();
    assertNotSame(before, keys.of(ISSUER));
  }

  @Test
  void anAnswerWithoutAUsableKeyReplacesNothing() {
    for (var nonsense :
        List.of("", "{", "[]", "{}", "{\"keys\":[]}", "{\"keys\":[1,{}]}", "<html>")) {
      instead = nonsense;
      clock.now = clock.now.plusSeconds(600);
      keys.look();
      assertTrue(signs(first), nonsense);
    }
  }

  @Test
  void aNewKeyIsAskedForWhenATokenNamesItAndAnOldOneGoes() {
    assertTrue(signs(first));
    published.add(second);
    clock.now = clock.now.plusSeconds(31);
    assertTrue(signs(second));
    assertTrue(signs(first));
    published.remove(first);
    clock.now = clock.now.plusSeconds(301);
    keys.look();
    assertFalse(signs(first));
    assertTrue(signs(second));
  }

  @Test
  void aFloodOfUnknownKeysAsksAtMostOnceInHalfAMinute() {
    clock.now = clock.now.plusSeconds(31);
    long before = keys.fetches();
    for (int second = 0; second < 300; second++) {
      clock.now = clock.now.plusSeconds(1);
      for (int i = 0; i < 10; i++) {
        assertFalse(signs(new SigningKey("u" + second + "-" + i, "RS256", this.second.pair())));
      }
    }
    assertEquals(10, keys.fetches() - before);
  }

  @Test
  void anIssuerThatIsNotInThePolicyIsNeverAsked() {
    long before = keys.fetches();
    clock.now = clock.now.plusSeconds(3600);
    keys.refreshed("https://evil.example", "x");
    assertEquals(before, keys.fetches());
  }

  private boolean signs(SigningKey key) {
    var verification =
        new JwtTokens(keys)
            .verify(key.sign(Claims.device(ISSUER, "pi-1", clock.now)))
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    return switch (verification) {
      case Verification.Signed signed -> true;
      case Verification.Unsigned unsigned -> {
        assertTrue(unsigned.reason().contains("no key"), unsigned.reason());
        yield false;
      }
    };
  }

  private Future<String> answer() {
    if (away) {
      return Future.failedFuture("away");
    }
    return Future.succeededFuture(
        instead.isEmpty()
            ? published.stream()
                .map(key -> key.jwk().toString())
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"))
            : instead);
  }

  private static final class Moved extends Clock {
    private Instant now = Instant.parse("2026-11-24T10:00:00Z");

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

    @Override
    public String toString() {
      return now + " and " + Duration.ZERO;
    }
  }
}
