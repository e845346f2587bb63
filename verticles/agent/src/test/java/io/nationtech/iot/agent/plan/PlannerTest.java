package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.NOW;
import static io.nationtech.iot.agent.plan.Given.container;
import static io.nationtech.iot.agent.plan.Given.cutOff;
import static io.nationtech.iot.agent.plan.Given.exited;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done, for what must run and what runs. */
class PlannerTest {
  private static final String ALWAYS = "\"restartPolicy\":\"Always\"";
  private static final String NEVER = "\"restartPolicy\":\"Never\"";

  @Test
  void whereNothingRunsItIsStarted() {
    assertEquals(List.of("Start app.web"), new Given().wants("app", web(1)).steps());
  }

  @Test
  void whatRunsAsWantedIsLeftAlone() {
    var given = new Given().wants("app", web(1)).has(container("app.web", web(1), "running"));
    assertEquals(List.of(), given.steps());
  }

  @Test
  void withoutADocumentNothingIsChangedAndWhatRanIsKept() {
    assertEquals(List.of(), new Given().has(container("app.web", web(1), "running")).steps());
    assertEquals(
        List.of("StartAgain app.web"), new Given().has(exited("app.web", web(1), 1)).steps());
  }

  @Test
  void aDocumentThatOmitsADeploymentRemovesIt() {
    var given = new Given().wantsNothingElse().has(container("app.web", web(1), "running"));
    assertEquals(List.of("Remove app.web"), given.steps());
  }

  @Test
  void aServiceThatIsGoneFromItsDeploymentIsRemoved() {
    var given =
        new Given()
            .wants("app", web(1))
            .has(
                container("app.web", web(1), "running"),
                container("app.db", service("db", "db:1"), "running"));
    assertEquals(List.of("Remove app.db"), given.steps());
  }

  @Test
  void pausedChangesNothingAndKeepsThingsRunning() {
    var given =
        new Given()
            .paused()
            .wants("app", web(2))
            .has(exited("app.web", web(1), 1), container("gone.web", web(1), "running"));
    assertEquals(List.of("StartAgain app.web"), given.steps());
  }

  @Test
  void whatIsRefusedKeepsWhatRan() {
    var given =
        new Given()
            .wants("app", web(2, "\"privileged\":true"))
            .has(
                exited("app.web", web(1), 1),
                container("app.db", service("db", "db:1"), "running"));
    assertEquals(List.of("StartAgain app.web"), given.steps());
  }

  @Test
  void whatIsQuarantinedKeepsWhatRan() {
    var given =
        new Given()
            .wants("app", web(2))
            .quarantined("app")
            .has(
                exited("app.web", web(1), 1),
                container("app.db", service("db", "db:1"), "running"));
    assertEquals(List.of("StartAgain app.web"), given.steps());
  }

  @Test
  void aServiceThatIsBusyIsLeftAlone() {
    assertEquals(List.of(), new Given().wants("app", web(1)).busy("app", "web").steps());
    assertEquals(
        List.of(),
        new Given()
            .wantsNothingElse()
            .busy("app", "web")
            .has(container("app.web", web(1), "running"))
            .steps());
  }

  @ParameterizedTest
  @CsvSource({"Always,0,true", "Always,1,true", "OnFailure,0,false", "OnFailure,1,true"})
  @CsvSource({"Never,0,false", "Never,1,false"})
  void whatEndedIsStartedAgainAsItsRestartPolicySays(String policy, int exitCode, boolean again) {
    var spec = web(1, "\"restartPolicy\":\"" + policy + "\"");
    var given = new Given().wants("app", spec).has(exited("app.web", spec, exitCode));
    assertEquals(again ? List.of("StartAgain app.web") : List.of(), given.steps());
  }

  @Test
  void whatEndedWithTheMachineIsStartedAgainWhateverItsPolicy() {
    for (var policy : List.of("Always", "OnFailure", "Never")) {
      var spec = web(1, "\"restartPolicy\":\"" + policy + "\"");
      var given = new Given().wants("app", spec).has(cutOff("app.web", spec));
      assertEquals(List.of("StartAgain app.web"), given.steps());
      var next = new Given().wants("app", spec);
      next.has(exited("app.web", web(2), 0), cutOff("app.web.next", spec));
      assertEquals(List.of("StartAgain app.web.next"), next.steps());
    }
  }

  @Test
  void whatWasMadeAndNeverStartedIsStartedWhateverItsPolicy() {
    var spec = web(1, NEVER);
    var given = new Given().wants("app", spec).has(container("app.web", spec, "created"));
    assertEquals(List.of("StartAgain app.web"), given.steps());
  }

  @Test
  void aContainerThatPodmanWasCutOffFromStartingIsStarted() {
    var given = new Given().wants("app", web(1)).has(container("app.web", web(1), "initialized"));
    assertEquals(List.of("StartAgain app.web"), given.steps());
    var update =
        new Given()
            .wants("app", web(2))
            .has(exited("app.web", web(1), 0), container("app.web.next", web(2), "initialized"));
    assertEquals(List.of("Remove app.web.next"), update.steps());
  }

  @Test
  void aContainerThatPodmanWasCutOffFromRemovingIsRemoved() {
    var given = new Given().wants("app", web(1)).has(container("app.web", web(1), "removing"));
    assertEquals(List.of("Remove app.web"), given.steps());
    var update = new Given().wants("app", web(2)).has(container("app.web", web(2), "running"));
    update.has(container("app.web.next", web(3), "removing"));
    assertEquals(List.of("Remove app.web.next"), update.steps());
  }

  @ParameterizedTest
  @ValueSource(strings = {"paused", "stopping", "unknown"})
  void aStateThatIsSomebodyElsesIsLeftAlone(String state) {
    var given = new Given().wants("app", web(1)).has(container("app.web", web(1), state));
    assertEquals(List.of(), given.steps());
  }

  @Test
  void aFailureIsTriedAgainOnlyWhenItsTimeHasComeAndAnotherSpecAtOnce() {
    var failure = Failure.after(null, "ImagePullFailed", "no", NOW);
    var due = Failure.after(null, "ImagePullFailed", "no", NOW.minusSeconds(2));
    var given = new Given().wants("app", web(1));
    assertEquals(List.of(), given.failed("app", "web", web(1), failure).steps());
    assertEquals(List.of("Start app.web"), given.failed("app", "web", web(1), due).steps());
    var other = new Given().wants("app", web(2)).failed("app", "web", web(1), failure);
    assertEquals(List.of("Start app.web"), other.steps());
  }

  @Test
  void aContainerThatCouldNotBeRemovedOrRenamedOrRolledBackIsNotTriedAgainAtOnce() {
    var failure = Failure.after(null, "RuntimeError", "device busy", NOW);
    var removal = new Given().wantsNothingElse().has(container("app.web", web(1), "running"));
    assertEquals(List.of(), removal.failed("app", "web", "id-of-app.web", failure).steps());
    for (var state : List.of("created", "running", "exited")) {
      var next = container("app.web.next", web(2), state);
      var update =
          new Given()
              .wants("app", web(2))
              .has(container("app.web", web(1), "running"), next)
              .failed("app", "web", next.id(), failure);
      assertEquals(List.of(), update.steps(), state);
    }
  }

  @Test
  void whatIsNoLongerWantedDoesNotWaitForItsNextStart() {
    var failure = Failure.after(null, "ServiceEnded", "no", NOW);
    var given =
        new Given()
            .wantsNothingElse()
            .has(exited("app.web", web(1), 1))
            .failed("app", "web", web(1), failure);
    assertEquals(List.of("Remove app.web"), given.steps());
  }

  @Test
  void theWaitBetweenTriesDoublesUpToFiveMinutes() {
    Failure failure = null;
    var waits = new ArrayList<Long>();
    for (int tries = 0; tries < 12; tries++) {
      failure = Failure.after(failure, "ImagePullFailed", "no", NOW);
      waits.add(Duration.between(NOW, failure.retryAt()).toSeconds());
    }
    assertEquals(List.of(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L, 300L), waits);
  }

  @Test
  void aClockThatWasSetBackDoesNotStopTheTriesForDays() {
    var tomorrow = Failure.after(null, "ImagePullFailed", "no", NOW.plus(Duration.ofDays(1)));
    var given = new Given().wants("app", web(1)).failed("app", "web", web(1), tomorrow);
    assertEquals(List.of("Start app.web"), given.steps());
  }

  @Test
  void aDamagedLabelIsReplacedAndNotACrash() {
    for (var spec : List.of("", "{", "[]", "null", "{\"stopTimeoutSeconds\":\"x\"}")) {
      var given = new Given().wants("app", web(1)).has(container("app.web", spec, "running"));
      assertEquals(List.of("Replace app.web"), given.steps(), spec);
    }
    assertEquals(
        List.of("Replace app.web"),
        new Given()
            .wants("app", web(1, ALWAYS))
            .has(container("app.web", web(1), "running"))
            .steps());
  }
}
