package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.container;
import static io.nationtech.iot.agent.plan.Given.deployment;
import static io.nationtech.iot.agent.plan.Given.exited;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an update waits for before it changes anything: its images, its window, its application. */
class HoldPlanTest {
  private static final String AT_NIGHT =
      "{\"maintenanceWindow\":{\"schedule\":\"0 3 * * *\",\"durationMinutes\":60}}";
  private static final String LOCK =
      "{\"lock\":{\"volume\":\"data\",\"file\":\"run/busy\",\"maxSeconds\":600}}";
  private static final String DB = service("db", "db:1");
  private static final String NOON = "2026-11-25T12:00:00";

  private static Given update(String rules, String... services) {
    return new Given().wants("app", deployment(Given.LONG_AGO, rules, services));
  }

  private static Given running(String rules) {
    return update(rules, web(2)).proven("app", web(1)).has(container("app.web", web(1), "running"));
  }

  @Test
  void nothingIsReplacedBeforeAllImagesOfTheVersionAreHere() {
    var given = new Given().wants("app", web(2), service("db", "db:2")).notPulled("app", "db");
    given.has(container("app.web", web(1), "running"), container("app.db", DB, "running"));
    assertEquals(List.of("Pull app.db"), given.steps());
    var failing = Failure.after(null, "ImagePullFailed", "no such image", Given.NOW);
    given.failed("app", "db", "db:2", failing);
    assertEquals(List.of(), given.steps());
    var said = given.said("app");
    assertEquals(Phase.Failed, said.phase());
    assertEquals("ImagePullFailed", said.reason());
    assertEquals("db: no such image", said.message());
  }

  @Test
  void theFirstStartBeginsWithAllImagesToo() {
    var given = new Given().wants("app", web(1), DB).notPulled("app", "db");
    assertEquals(List.of("Pull app.db"), given.steps());
    assertEquals(List.of(), given.pulling("app", "db").steps());
  }

  @Test
  void ofAVersionThatWasProvenEachServiceIsMadeAgainByItself() {
    var given = new Given().wants("app", web(1), DB).proven("app", web(1), DB);
    given.notPulled("app", "db");
    assertEquals(List.of("Pull app.db", "Start app.web"), given.steps());
  }

  @Test
  void whatEndsDuringAPullIsStartedAgain() {
    var given = new Given().wants("app", web(2)).pulling("app", "web");
    given.has(exited("app.web", web(1), 1));
    assertEquals(List.of("StartAgain app.web"), given.steps());
  }

  @Test
  void anUpdateWaitsForItsWindowAndSaysWhenThatOpens() {
    var given = running(AT_NIGHT).localTime(NOON);
    assertEquals(List.of(), given.steps());
    var said = given.said("app");
    assertEquals(Phase.Waiting, said.phase());
    assertEquals("OutsideMaintenanceWindow", said.reason());
    assertEquals(
        "the update waits for its maintenance window, which opens at 2026-11-26 03:00",
        said.message());
    assertEquals(List.of("Replace app.web"), given.localTime("2026-11-26T03:59:59").steps());
    assertEquals(List.of(), given.localTime("2026-11-26T04:00:00").steps());
  }

  @Test
  void imagesComeBeforeTheWindowOpens() {
    var given = running(AT_NIGHT).localTime(NOON).notPulled("app", "web");
    assertEquals(List.of("Pull app.web"), given.steps());
  }

  @Test
  void aFirstStartARestartAndARollBackWaitForNothing() {
    assertEquals(List.of("Start app.web"), update(AT_NIGHT, web(1)).localTime(NOON).steps());
    var failed = update(AT_NIGHT, web(2)).localTime(NOON).has(exited("app.web", web(1), 1));
    assertEquals(List.of("StartAgain app.web"), failed.steps());
    var next = update(AT_NIGHT, web(2)).localTime(NOON).proven("app", web(1));
    next.has(exited("app.web", web(1), 0), exited("app.web.next", web(2), 1));
    assertEquals(List.of("RollBack app.web.next"), next.steps());
    var proven = update(AT_NIGHT, web(2)).localTime(NOON);
    proven.has(exited("app.web", web(1), 0), container("app.web.next", web(2), "running"));
    assertEquals(List.of("Promote app.web.next"), proven.steps());
  }

  @Test
  void aNewServiceOfAnUpdateAndTheRemovalOfOneThatRunsWaitToo() {
    var more = update(AT_NIGHT, web(1), DB).localTime(NOON).proven("app", web(1));
    more.has(container("app.web", web(1), "running"));
    assertEquals(List.of(), more.steps());
    var less = update(AT_NIGHT, web(1)).localTime(NOON).proven("app", web(1), DB);
    less.has(container("app.web", web(1), "running"), container("app.db", DB, "running"));
    assertEquals(List.of(), less.steps());
    assertEquals(List.of("Remove app.db"), less.localTime("2026-11-26T03:00:00").steps());
  }

  @Test
  void withoutARightClockAnUpdateWaitsForADayAtMost() {
    var given = running(AT_NIGHT).localTime("2026-11-26T03:00:00").clockUnknown();
    assertEquals(List.of(), given.steps());
    assertTrue(given.said("app").message().contains("nobody knows what time it is"));
    var since = given.plan().since();
    given.held(since).localTime("2026-11-27T02:59:59");
    assertEquals(List.of(), given.steps());
    assertEquals(List.of("Replace app.web"), given.localTime("2026-11-27T03:00:00").steps());
  }

  @Test
  void theApplicationHoldsItsUpdateOffByAFileAndNotForEver() {
    var given = running(LOCK).localTime(NOON).lock("app", new LockFile.There());
    assertEquals(List.of(), given.steps());
    var said = given.said("app");
    assertEquals(Phase.Waiting, said.phase());
    assertEquals("UpdateLocked", said.reason());
    assertEquals(
        "the application holds the update off by file run/busy in volume data, until 2026-11-25"
            + " 12:10 at the latest",
        said.message());
    given.held(given.plan().since()).localTime("2026-11-25T12:09:59");
    assertEquals(List.of(), given.steps());
    assertEquals(List.of("Replace app.web"), given.localTime("2026-11-25T12:10:00").steps());
  }

  @Test
  void aLockThatIsGoneHoldsNothingOffAndOneThatCannotBeSeenDoesSoAsLong() {
    var gone = running(LOCK).lock("app", new LockFile.Absent());
    assertEquals(List.of("Replace app.web"), gone.steps());
    var unseen = running(LOCK).localTime(NOON).lock("app", new LockFile.Unreadable("not allowed"));
    assertEquals(List.of(), unseen.steps());
    assertEquals("UpdateLockUnreadable", unseen.said("app").reason());
    unseen.held(unseen.plan().since()).localTime("2026-11-25T12:10:00");
    assertEquals(List.of("Replace app.web"), unseen.steps());
  }

  @Test
  void aLockThatComesDuringAnUpdateHoldsOffOnlyWhatIsNotBegun() {
    var given = update(LOCK, web(2), service("db", "db:2")).lock("app", new LockFile.There());
    given.proven("app", web(1), DB).has(container("app.db", DB, "running"));
    given.has(exited("app.web", web(1), 0), container("app.web.next", web(2), "running"));
    assertEquals(List.of(), given.steps());
    var both = update(LOCK, web(2)).lock("app", new LockFile.There()).proven("app", web(1));
    both.has(exited("app.web", web(1), 0), container("app.web.next", web(2), "running"));
    assertEquals(List.of("Promote app.web.next"), both.steps());
  }

  @Test
  void theLockIsCountedAnewForAnotherVersionAndWhereTheClockWasWrong() {
    var given = running(LOCK).localTime(NOON).lock("app", new LockFile.There());
    var since = given.plan().since();
    var held = since.get("app");
    assertTrue(held != null && held.locked().isPresent());
    var another = update(LOCK, web(3)).lock("app", new LockFile.There()).proven("app", web(1));
    another.has(container("app.web", web(1), "running")).held(since);
    assertEquals(List.of(), another.localTime("2026-11-25T12:30:00").steps());
    var long_ago = Optional.of(Given.NOW.minus(Duration.ofDays(365)));
    var wrong = new Held(held.version(), Optional.empty(), long_ago, false);
    given.held(Map.of("app", wrong));
    assertEquals(List.of(), given.steps());
    var right = new Held(held.version(), Optional.empty(), long_ago, true);
    assertEquals(List.of("Replace app.web"), given.held(Map.of("app", right)).steps());
  }

  @Test
  void aLockIsLookedForOnlyWhereSomethingIsToBeChanged() {
    assertEquals(1, Planner.locks(running(LOCK).facts()).size());
    var done = update(LOCK, web(1)).has(container("app.web", web(1), "running"));
    assertEquals(Map.of(), Planner.locks(done.facts()));
  }
}
