package io.nationtech.iot.agent.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.TestKeys;
import io.nationtech.iot.agent.identity.Diagnosis.Kind;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an answer means; the provider's clock says noon, and the key expires at midnight. */
class DiagnosisTest {
  private static final KeyPair PAIR = TestKeys.pair(2048);
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant MIDNIGHT = Instant.parse("2026-11-24T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "PT0S,     KEY_UNKNOWN_OR_PROVIDER_ILL, either key 7 of user 4009 is not known there any more",
    "PT58S,    KEY_UNKNOWN_OR_PROVIDER_ILL, or the provider itself is ill",
    "PT61S,    CLOCK_OFF, this machine's clock is 61 s ahead of the identity provider's",
    "PT-57M,   KEY_UNKNOWN_OR_PROVIDER_ILL, either key",
    "PT-59M,   CLOCK_OFF, this machine's clock is 59 minutes behind the identity provider's",
    "P9000D,   CLOCK_OFF, 9000 days ahead of",
    "P-9000D,  CLOCK_OFF, 9000 days behind",
  })
  void anInternalErrorIsToldApartByTheClocks(Duration ahead, Kind kind, String words) {
    var diagnosis = of(500, "Errors.Internal", ahead);
    assertEquals(kind, diagnosis.kind());
    assertTrue(diagnosis.sentence().contains(words), diagnosis.sentence());
  }

  @Test
  void aKeyThatHasExpiredByItsOwnDateIsSaidByTheProvidersClock() {
    var answer = new Failure.Answer(500, "", "", Optional.of(MIDNIGHT));
    var diagnosis = Diagnosis.of(answer, key(), Instant.EPOCH);
    assertEquals(Kind.KEY_EXPIRED, diagnosis.kind());
    assertEquals(
        "key 7 of user 4009 expired at 2026-11-24T00:00:00Z: it needs a new key file",
        diagnosis.sentence());
  }

  @Test
  void withoutADateTheMachinesOwnClockDecides() {
    var answer = new Failure.Answer(500, "", "", Optional.empty());
    assertEquals(Kind.KEY_EXPIRED, Diagnosis.of(answer, key(), MIDNIGHT).kind());
    assertEquals(
        Kind.KEY_UNKNOWN_OR_PROVIDER_ILL, Diagnosis.of(answer, key(), Instant.EPOCH).kind());
  }

  @ParameterizedTest
  @CsvSource({
    "400, Errors.User.NotActive, DEACTIVATED, user 4009 is deactivated",
    "400, Errors.Other,          REFUSED,     HTTP 400 some_error Errors.Other",
    "401, '',                    REFUSED,     HTTP 401 some_error",
    "404, '',                    REFUSED,     is identity.issuer the very name",
    "429, '',                    OUTAGE,      HTTP 429",
    "502, '',                    OUTAGE,      HTTP 502",
    "503, '',                    OUTAGE,      HTTP 503",
    "504, '',                    OUTAGE,      HTTP 504",
  })
  void otherAnswersAreWhatTheySay(int status, String description, Kind kind, String words) {
    var diagnosis = of(status, description, Duration.ZERO);
    assertEquals(kind, diagnosis.kind());
    assertTrue(diagnosis.sentence().contains(words), diagnosis.sentence());
  }

  @Test
  void anOpaqueTokenIsASettingOfTheUser() {
    var diagnosis = Diagnosis.of(new Failure.OpaqueToken(), key(), NOON);
    assertEquals(Kind.OPAQUE_TOKEN, diagnosis.kind());
    assertTrue(diagnosis.sentence().contains("user 4009 must be JWT"), diagnosis.sentence());
  }

  private static Diagnosis of(int status, String description, Duration ahead) {
    var answer = new Failure.Answer(status, "some_error", description, Optional.of(NOON));
    return Diagnosis.of(answer, key(), NOON.plus(ahead));
  }

  private static Optional<ServiceKey> key() {
    return Optional.of(new ServiceKey("7", "4009", PAIR.getPrivate(), Optional.of(MIDNIGHT)));
  }
}
