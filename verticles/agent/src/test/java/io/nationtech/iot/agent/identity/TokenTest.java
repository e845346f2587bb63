package io.nationtech.iot.agent.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "PT12H, PT0S,    0, PT6H",
    "PT12H, PT0S,    1, PT7H12M",
    "PT12H, PT5H,    0, PT1H",
    "PT12H, PT6H,    0, PT0S",
    "PT12H, PT13H,   1, PT0S",
    "PT5M,  PT0S,  0.5, PT2M45S",
  })
  void theNextTokenIsAskedForWhenAboutHalfOfTheLifeIsOver(
      Duration life, Duration age, double chance, Duration wait) {
    assertEquals(wait, token(life).refreshIn(NOON.plus(age), chance));
  }

  @Test
  void aTokenIsValidUntilItExpires() {
    assertTrue(token(Duration.ofHours(1)).validAt(NOON.plusSeconds(3599)));
    assertFalse(token(Duration.ofHours(1)).validAt(NOON.plusSeconds(3600)));
  }

  @Test
  void itsTextHidesTheSecret() {
    assertFalse(token(Duration.ofHours(1)).toString().contains("secret"));
  }

  private static Token token(Duration life) {
    return new Token("secret", "4009", "pi-1", NOON, NOON.plus(life));
  }
}
