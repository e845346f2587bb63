package io.nationtech.iot.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is remembered of what went wrong. */
class HistoryTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration RELIST = Duration.ofSeconds(30);

  private final History history = new History(Memory.NONE);

  @Test
  void theFirstReasonOfAQuarantineIsKeptWhenTheOtherServicesGoBackToo() {
    history.rolledBack(back("web"), Optional.of("v1"), new ReplacementFailed("it ended"));
    history.rolledBack(back("db"), Optional.of("v1"), new ReplacementFailed("another failed"));
    assertEquals("web: it ended", message());
    history.rolledBack(back("db"), Optional.of("v2"), new ReplacementFailed("it ended too"));
    assertEquals("db: it ended too", message());
  }

  @Test
  void aContainerThatEndsAgainAndAgainWaitsLongerEachTime() {
    var again = new Step.StartAgain(key("web"), container("web", "exited"), List.of(), "it ended");
    history.succeeded(again, NOW);
    assertEquals(Duration.ofSeconds(2), history.nextTry(NOW, RELIST));
    history.succeeded(again, NOW);
    assertEquals(Duration.ofSeconds(4), history.nextTry(NOW, RELIST));
  }

  @Test
  void whatFailedAndIsOverIsForgotten() {
    var again = new Step.StartAgain(key("web"), container("web", "exited"), List.of(), "it ended");
    history.failed(again, new RuntimeFailure("RuntimeError", "no"), NOW);
    history.forget(NOW.plus(Duration.ofMinutes(10)));
    assertEquals(1, history.failures().size());
    history.forget(NOW.plus(Duration.ofMinutes(11)));
    assertEquals(Map.of(), history.failures());
  }

  @Test
  void whatWasMadeAndNeverStartedHasNotFailedWhenItIsStarted() {
    var again =
        new Step.StartAgain(key("web"), container("web", "created"), List.of(), "not started");
    history.failed(again, new RuntimeFailure("PortInUse", "no"), NOW);
    history.succeeded(again, NOW);
    assertEquals(Map.of(), history.failures());
  }

  @Test
  void theNextLookIsWhenTheNextTryIsDueAndNoLaterThanUsual() {
    assertEquals(RELIST, history.nextTry(NOW, RELIST));
    for (int tries = 0; tries < 9; tries++) {
      history.failed(
          new Step.Remove(key("db"), container("db", "exited"), ""),
          new RuntimeFailure("RuntimeError", "no"),
          NOW);
    }
    assertEquals(RELIST, history.nextTry(NOW, RELIST));
    history.failed(
        new Step.Remove(key("web"), container("web", "exited"), ""),
        new RuntimeFailure("RuntimeError", "no"),
        NOW);
    assertEquals(Duration.ofSeconds(2), history.nextTry(NOW, RELIST));
  }

  @Test
  void whatWasTriedIsRememberedUntilItIsProvenOrGone() {
    var again = new Step.StartAgain(key("web"), container("web", "exited"), List.of(), "it ended");
    history.began(again);
    history.succeeded(again, NOW);
    assertEquals(1, history.tried().size());
    var promote = new Step.Promote(key("web"), container("web", "running"), List.of(), "it runs");
    history.began(promote);
    history.succeeded(promote, NOW);
    assertEquals(Set.of(), history.tried());
  }

  private String message() {
    return Objects.requireNonNull(history.quarantined().get("app")).message();
  }

  private static Step back(String service) {
    return new Step.RollBack(
        key(service),
        container(service, "exited"),
        Optional.of(container(service, "exited")),
        "why");
  }

  private static ServiceKey key(String service) {
    return new ServiceKey("app", service);
  }

  private static ObservedContainer container(String service, String state) {
    return new ObservedContainer(
        "id",
        "app." + service,
        key(service),
        "{}",
        state,
        "none",
        "",
        "",
        "",
        state.equals("created") ? Optional.empty() : Optional.of(NOW),
        0,
        Optional.of(1),
        List.of());
  }
}
