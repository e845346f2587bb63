package io.nationtech.iot.operator.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.operator.status.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept of identities that were refused. */
class RefusalsTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private final Refusals refusals = new Refusals();

  @Test
  void aStormIsOnePieceOfNewsAndTheFirstIsRemembered() {
    assertTrue(refusals.add("pi-1", stranger("first"), NOON));
    for (int i = 1; i <= 1000; i++) {
      assertFalse(refusals.add("pi-1", stranger("other-" + i), NOON.plusSeconds(i)));
    }
    assertEquals(
        Optional.of(new Refusal(stranger("first"), NOON.plusSeconds(1000))),
        refusals.of("pi-1", NOON.plusSeconds(1000)));
    assertTrue(refusals.add("pi-2", stranger("first"), NOON));
  }

  @Test
  void afterAnHourOfSilenceItIsHistory() {
    assertTrue(refusals.add("pi-1", stranger("first"), NOON));
    assertFalse(refusals.add("pi-1", stranger("first"), NOON.plus(HOUR).minusMillis(1)));
    var last = NOON.plus(HOUR).minusMillis(1).plus(HOUR);
    assertTrue(refusals.of("pi-1", last.minusMillis(1)).isPresent());
    assertEquals(Optional.empty(), refusals.of("pi-1", last));
    assertTrue(refusals.add("pi-1", stranger("second"), last));
    assertEquals(Optional.of(stranger("second")), refusals.of("pi-1", last).map(Refusal::stranger));
  }

  @Test
  void whatIsForgottenIsNewsAgain() {
    assertTrue(refusals.add("pi-1", stranger("first"), NOON));
    refusals.forget("pi-1");
    assertEquals(Optional.empty(), refusals.of("pi-1", NOON));
    assertTrue(refusals.add("pi-1", stranger("first"), NOON));
  }

  @Test
  void aDeviceThatIsNotHereIsSaidOnceAndOnlySoMany() {
    assertTrue(refusals.addUnknown("pi-0", stranger("first")));
    assertFalse(refusals.addUnknown("pi-0", stranger("second")));
    int said = 1;
    for (int i = 1; i < 500; i++) {
      said += refusals.addUnknown("pi-" + i, stranger("first")) ? 1 : 0;
    }
    assertEquals(100, said);
  }

  private static IdentityDocument stranger(String subject) {
    return new IdentityDocument("https://id.example", subject, "400");
  }
}
