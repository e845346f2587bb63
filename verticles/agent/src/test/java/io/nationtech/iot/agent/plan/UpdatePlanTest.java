package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.NOW;
import static io.nationtech.iot.agent.plan.Given.container;
import static io.nationtech.iot.agent.plan.Given.deployment;
import static io.nationtech.iot.agent.plan.Given.exited;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.startedAt;
import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.PodmanV0;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How one version of a service gives way to another, and back. */
class UpdatePlanTest {
  private static final String NEVER = "\"restartPolicy\":\"Never\"";

  @Test
  void anotherSpecReplacesTheContainer() {
    var given = new Given().wants("app", web(2)).has(container("app.web", web(1), "running"));
    assertEquals(List.of("Replace app.web"), given.steps());
  }

  @Test
  void aServiceThatIsGoneRunsOnUntilTheVersionWithoutItIsProven() {
    var db = container("app.db", service("db", "db:1"), "running");
    var next = startedAt(container("app.web.next", web(2), "running"), NOW.minusSeconds(1));
    var given = new Given().wants("app", web(2)).has(db, exited("app.web", web(1), 0), next);
    assertEquals(List.of(), given.steps());
    var renamed = new Given().wants("app", service("base", "db:1")).has(db);
    assertEquals(List.of("Start app.base"), renamed.steps());
    var port = "\"ports\":[{\"containerPort\":80,\"hostPort\":80}]";
    var same = new Given().wants("app", service("base", "db:1", port));
    same.has(container("app.db", service("db", "db:1", port), "running"));
    assertEquals(List.of("Start app.base, app.db yields"), same.steps());
  }

  @Test
  void theServicesOfAVersionAreProvenTogether() {
    var db1 = service("db", "db:1");
    var db2 = service("db", "db:2");
    var given = new Given().wants("app", web(2), db2);
    given.has(exited("app.web", web(1), 0), container("app.web.next", web(2), "running"));
    given.has(container("app.db", db1, "running"));
    assertEquals(List.of("Replace app.db"), given.steps());
    assertEquals(List.of(), given.busy("app", "db").steps());
    var both = new Given().wants("app", web(2), db2);
    both.has(exited("app.web", web(1), 0), container("app.web.next", web(2), "running"));
    both.has(exited("app.db", db1, 0), container("app.db.next", db2, "running"));
    assertEquals(List.of("Promote app.web.next", "Promote app.db.next"), both.steps());
  }

  @Test
  void whatRanRunsAgainBeforeItIsReplacedSinceTheNewImageMayNeverCome() {
    var old = exited("app.web", web(1), 137);
    var noNetwork = Failure.after(null, "ImagePullFailed", "no", NOW);
    var given = new Given().wants("app", web(2)).has(old);
    assertEquals(List.of("StartAgain app.web"), given.steps());
    assertEquals(
        List.of("StartAgain app.web"), given.failed("app", "web", web(2), noNetwork).steps());
  }

  @Test
  void whatDoesNotStayUpIsReplacedWithoutWaitingForIt() {
    var crashed = Failure.after(null, "ServiceEnded", "it ended", NOW);
    var given =
        new Given()
            .wants("app", web(2))
            .has(exited("app.web", web(1), 1))
            .failed("app", "web", web(1), crashed);
    assertEquals(List.of("Replace app.web"), given.steps());
    var done = web(1, NEVER);
    assertEquals(
        List.of("Replace app.web"),
        new Given().wants("app", web(2)).has(exited("app.web", done, 0)).steps());
  }

  @Test
  void whatWasNeverProvenAndHasEndedIsRemovedBeforeAThirdVersionIsMade() {
    var given = new Given().wants("app", web(3));
    given.has(exited("app.web", web(1), 0), exited("app.web.next", web(2), 1));
    assertEquals(List.of("Remove app.web.next"), given.steps());
  }

  @Test
  void whatNeverRanIsNothingToGoBackTo() {
    var never = container("app.web", web(1), "created");
    var next = container("app.web.next", web(2), "running");
    var ended = exited("app.web.next", web(2), 1);
    var wants1 = new Given().wants("app", web(1));
    var wants2 = new Given().wants("app", web(2));
    var wants3 = new Given().wants("app", web(3));
    assertEquals(List.of("Remove app.web"), wants2.has(never).steps());
    assertEquals(List.of("Promote app.web.next"), wants2.has(ended).steps());
    assertEquals(List.of("Remove app.web"), wants1.has(never, next).steps());
    assertEquals(List.of("Remove app.web"), wants3.has(never, next).steps());
    assertEquals(
        List.of("Promote app.web.next"), new Given().wants("app", web(3)).has(next).steps());
    assertEquals(
        List.of("RollBack app.web"),
        new Given().wants("app", web(3)).quarantined("app").has(never, next).steps());
    assertEquals(
        List.of("Promote app.web.next"),
        new Given().wants("app", web(3)).quarantined("app").has(next).steps());
  }

  @Test
  void aQuarantineGoesBackWhereAnotherServiceWasStillBeingReplaced() {
    var given =
        new Given()
            .wants("app", web(2))
            .quarantined("app")
            .has(exited("app.web", web(1), 0), container("app.web.next", web(2), "running"));
    assertEquals(List.of("RollBack app.web.next"), given.steps());
  }

  @Test
  void aNewContainerIsProvenOnlyAfterThreeSecondsOrMinReadySeconds() {
    var old = exited("app.web", web(1), 0);
    var next = container("app.web.next", web(2), "running");
    var young = startedAt(next, NOW.minusMillis(2999));
    var grown = startedAt(next, NOW.minusSeconds(3));
    var patient = deployment(Given.LONG_AGO, "{\"minReadySeconds\":10}", web(2));
    assertEquals(List.of(), new Given().wants("app", web(2)).has(old, young).steps());
    assertEquals(
        List.of("Promote app.web.next"), new Given().wants("app", web(2)).has(old, grown).steps());
    assertEquals(List.of(), new Given().wants("app", patient).has(old, grown).steps());
  }

  @Test
  void aClockThatWasSetBackDoesNotHoldUpAnUpdateForDays() {
    var tomorrow =
        startedAt(container("app.web.next", web(2), "running"), NOW.plus(Duration.ofDays(1)));
    var given = new Given().wants("app", web(2)).has(exited("app.web", web(1), 0), tomorrow);
    assertEquals(List.of("Promote app.web.next"), given.steps());
  }

  @Test
  void aNewContainerThatEndsBeforeItIsProvenIsRolledBack() {
    var given =
        new Given()
            .wants("app", web(2))
            .has(exited("app.web", web(1), 0), exited("app.web.next", web(2), 1));
    assertEquals(List.of("RollBack app.web.next"), given.steps());
  }

  @Test
  void aNewContainerThatEndedWithTheMachineIsStartedOnceMore() {
    var old = exited("app.web", web(1), 137);
    var next = exited("app.web.next", web(2), 137);
    var given = new Given().untried("app", "web", web(2)).wants("app", web(2)).has(old, next);
    assertEquals(List.of("StartAgain app.web.next"), given.steps());
    given.has(container("app.web.next2", web(3), "running"));
    assertEquals(List.of("Remove app.web.next"), given.steps());
  }

  @Test
  void aNewVersionThatIsNotToRunForEverIsProvenByEndingWell() {
    for (var policy : List.of("Never", "OnFailure")) {
      var job = web(2, "\"restartPolicy\":\"" + policy + "\"");
      var given = new Given().wants("app", job).has(exited("app.web", web(1, NEVER), 0));
      given.has(exited("app.web.next", job, 0));
      assertEquals(List.of("Promote app.web.next"), given.steps());
    }
    var failed = new Given().wants("app", web(2, NEVER)).has(exited("app.web", web(1), 0));
    failed.has(exited("app.web.next", web(2, NEVER), 1));
    assertEquals(List.of("RollBack app.web.next"), failed.steps());
  }

  @Test
  void anUpdateThatWasCutOffBeforeItsStartBeginsAnew() {
    var given =
        new Given()
            .wants("app", web(2))
            .has(
                container("app.web", web(1), "running"),
                container("app.web.next", web(2), "created"));
    assertEquals(List.of("Remove app.web.next"), given.steps());
  }

  @Test
  void aPromotionThatWasCutOffIsFinished() {
    var given = new Given().wants("app", web(2)).has(container("app.web.next", web(2), "running"));
    assertEquals(List.of("Promote app.web.next"), given.steps());
  }

  @Test
  void aProvenContainerThatIsWantedAgainTakesOverFromItsUnprovenReplacement() {
    var running = container("app.web", web(1), "running");
    var ended = exited("app.web", web(1), 0);
    for (var old : List.of(running, ended)) {
      for (var state : List.of("created", "running", "exited")) {
        var given =
            new Given().wants("app", web(1)).has(old, container("app.web.next", web(2), state));
        assertEquals(List.of("Restore app.web"), given.steps(), old.state() + " " + state);
      }
    }
  }

  @Test
  void aThirdVersionReplacesBothAndGoesBackToTheProvenOne() {
    var given =
        new Given()
            .wants("app", web(3))
            .has(
                exited("app.web", web(1), 0),
                startedAt(container("app.web.next", web(2), "running"), NOW.minusSeconds(1)));
    assertEquals(List.of("Replace app.web"), given.steps());
  }

  @Test
  void aServiceIsStillWantedOnlyWhileItsVeryVersionMayBeMade() {
    var service = PodmanV0.service(web(2)).orElseThrow();
    var key = new ServiceKey("app", "web");
    assertTrue(Planner.stillWanted(new Given().wants("app", web(2)).facts(), key, service));
    for (var not :
        List.of(
            new Given(),
            new Given().wantsNothingElse(),
            new Given().wants("app", web(3)),
            new Given().wants("other", web(2)),
            new Given().wants("app", web(2)).paused(),
            new Given().wants("app", web(2)).quarantined("app"),
            new Given().wants("app", web(2), service("db", "db:1", "\"privileged\":true")))) {
      assertFalse(Planner.stillWanted(not.facts(), key, service), not.facts().toString());
    }
  }

  @Test
  void aServiceIsMadeOnlyOnceItsPortIsFree() {
    var port = "\"ports\":[{\"containerPort\":80,\"hostPort\":80}]";
    var leaving = container("old.web", web(1, port), "running");
    var given = new Given().wants("app", web(2, port)).has(leaving);
    assertEquals(List.of("Remove old.web"), given.steps());
    assertEquals(
        List.of("Start app.web"),
        new Given().wants("app", web(2, port)).busy("old", "web").steps());
    var moved = new Given().wants("app", web(2), service("db", "db:1", port));
    moved.has(container("app.web", web(1, port), "running"));
    moved.has(container("app.db", service("db", "db:1"), "running"));
    assertEquals(List.of("Replace app.web"), moved.steps());
  }
}
