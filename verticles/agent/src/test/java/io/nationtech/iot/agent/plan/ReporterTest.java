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

import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of what runs. */
class ReporterTest {
  private static final ServiceKey WEB = new ServiceKey("app", "web");
  private static final String DB = service("db", "db:1");

  @Test
  void whatRunsAsWantedIsRunning() {
    var given = new Given().wants("app", web(1), DB).has(running("web", web(1)), running("db", DB));
    var said = app(given);
    assertEquals(Phase.Running, said.phase());
    assertEquals("AllServicesRunning", said.reason());
    assertEquals("2 of 2 services run", said.message());
    assertEquals(Set.of("db", "web"), said.services().keySet());
    assertEquals("uid", said.uid());
    assertEquals(1, said.generation());
  }

  @Test
  void aLimitThatThisMachineCannotEnforceIsNamedAndTheServiceRuns() {
    var free = Given.notEnforced(running("web", web(1)), "memory", "pids");
    var said = app(new Given().wants("app", web(1)).has(free));
    assertEquals(Phase.Running, said.phase());
    assertEquals(
        "1 of 1 services run; resources of web that this machine can't limit: memory, pids",
        said.message());
  }

  @Test
  void anOlderVersionThatRunsIsNotTheWantedOneRunning() {
    var given = new Given().wants("app", web(2)).has(running("web", web(1)));
    assertEquals(Phase.Starting, app(given).phase());
    assertEquals(Phase.Pulling, app(given, Map.of(WEB, Phase.Pulling)).phase());
    assertEquals("running", saidOfWeb(app(given)).state());
  }

  @Test
  void aServiceCountsAsRunningOnlyAfterMinReadySeconds() {
    var patient = deployment(Given.LONG_AGO, "{\"minReadySeconds\":10}", web(1));
    var young = startedAt(running("web", web(1)), NOW.minusSeconds(9));
    var grown = startedAt(running("web", web(1)), NOW.minusSeconds(10));
    assertEquals("NotReadyYet", app(new Given().wants("app", patient).has(young)).reason());
    assertEquals(Phase.Running, app(new Given().wants("app", patient).has(grown)).phase());
  }

  @Test
  void aFailureIsToldBeforeWhatIsStillUnderWay() {
    var given =
        new Given()
            .wants("app", web(1), DB)
            .failed("app", "web", web(1), failure("ImagePullFailed", "no such image", 1));
    var said = app(given);
    assertEquals(Phase.Failed, said.phase());
    assertEquals("ImagePullFailed", said.reason());
    assertEquals("web: no such image", said.message());
  }

  @Test
  void aFailureOfAnotherVersionIsNotToldOfThisOne() {
    var given =
        new Given()
            .wants("app", web(2))
            .failed("app", "web", web(1), failure("ImagePullFailed", "no such image", 3));
    assertEquals(Phase.Starting, app(given).phase());
  }

  @Test
  void whatKeepsEndingIsDegradedUntilItRunsSteadily() {
    var young = startedAt(running("web", web(1)), NOW.minusSeconds(9));
    var grown = startedAt(running("web", web(1)), NOW.minusSeconds(10));
    var ended = failure("ServiceEnded", "it ended with exit code 1", 2);
    var given = new Given().wants("app", web(1)).failed("app", "web", web(1), ended);
    assertEquals("ServiceRestarting", app(given.has(young)).reason());
    assertEquals(2, saidOfWeb(app(given)).restarts());
    var steady = new Given().wants("app", web(1)).failed("app", "web", web(1), ended).has(grown);
    assertEquals(Phase.Running, app(steady).phase());
  }

  @Test
  void whatShouldRunAndDoesNotIsDegraded() {
    for (var state : new String[] {"paused", "exited", "stopping"}) {
      var given = new Given().wants("app", web(1)).has(container("app.web", web(1), state));
      assertEquals(Phase.Degraded, app(given).phase(), state);
      assertEquals("web is " + state, app(given).message());
    }
  }

  @Test
  void aJobThatEndedWellHasDoneWhatItWasFor() {
    for (var policy : new String[] {"Never", "OnFailure"}) {
      var job = web(1, "\"restartPolicy\":\"" + policy + "\"");
      var given = new Given().wants("app", job).has(exited("app.web", job, 0));
      assertEquals(Phase.Running, app(given).phase());
      assertEquals(Optional.of(0), saidOfWeb(app(given)).exitCode());
    }
  }

  @Test
  void aJobThatEndedBadlyAndIsNotTriedAgainHasFailed() {
    var job = web(1, "\"restartPolicy\":\"Never\"");
    var said = app(new Given().wants("app", job).has(exited("app.web", job, 3)));
    assertEquals(Phase.Failed, said.phase());
    assertEquals("ServiceFailed", said.reason());
    assertEquals("web: it ended with exit code 3, and restartPolicy is Never", said.message());
  }

  @Test
  void aQuarantineAndARefusalAreToldWhateverRuns() {
    var given = new Given().wants("app", web(2)).quarantined("app").has(running("web", web(1)));
    assertEquals(Phase.RolledBack, app(given).phase());
    assertEquals("web: it ended", app(given).message());
    var refused =
        new Given().wants("app", web(2, "\"tomorrow\":\"0\"")).has(running("web", web(1)));
    assertEquals(Phase.Unsupported, app(refused).phase());
    assertEquals(Set.of("web"), app(refused).services().keySet());
  }

  @Test
  void aChangeThatIsHeldUpByAPauseIsWaiting() {
    var given = new Given().paused().wants("app", web(2)).has(running("web", web(1)));
    assertEquals(Phase.Waiting, app(given).phase());
    assertEquals("Paused", app(given).reason());
    var same = new Given().paused().wants("app", web(1)).has(running("web", web(1)));
    assertEquals(Phase.Running, app(same).phase());
  }

  @Test
  void whatWaitsForAPortSaysWhoHasIt() {
    var port = "\"ports\":[{\"containerPort\":80,\"hostPort\":80}]";
    var given = new Given().wants("app", web(2, port));
    given.has(container("old.web", web(1, port), "running"));
    assertEquals(Phase.Waiting, app(given).phase());
    assertTrue(app(given).message().contains("old.web"), app(given).message());
  }

  @Test
  void aLookIsTakenSoonOnlyWhileTheTimeAloneChangesSomething() {
    var young = startedAt(running("web", web(1)), NOW.minusSeconds(9));
    assertTrue(soon(new Given().wants("app", web(1)).has(young)));
    assertTrue(soon(new Given().wants("app", web(1))));
    assertFalse(soon(new Given().wants("app", web(1)).has(running("web", web(1)))));
    var ended = exited("app.web", web(1), 1);
    assertFalse(soon(new Given().wants("app", web(1)).has(ended)));
    assertFalse(soon(new Given().paused().wants("app", web(2)).has(ended)));
    var waiting = container("app.web.next", web(2), "running");
    assertFalse(soon(new Given().wants("app", web(2)).quarantined("app").has(ended, waiting)));
  }

  private static boolean soon(Given given) {
    return Reporter.changesSoon(
        given.facts(), Reporter.report(given.facts(), given.plan(), Map.of()));
  }

  @Test
  void aDeploymentThatIsNotWantedIsToldOfUntilItsLastContainerIsGone() {
    var given = new Given().wantsNothingElse().has(running("web", web(1)));
    assertEquals(Phase.Stopping, app(given).phase());
    assertTrue(report(new Given().wantsNothingElse(), Map.of()).isEmpty());
  }

  @Test
  void withoutADocumentNothingIsSaidOfDeployments() {
    assertTrue(report(new Given().has(running("web", web(1))), Map.of()).isEmpty());
  }

  @Test
  void ofAnOldAndANewContainerTheRunningOneIsToldOf() {
    var given =
        new Given()
            .wants("app", web(2))
            .has(container("app.web.next", web(2), "running"), exited("app.web", web(1), 0));
    assertEquals("id-of-app.web.next", saidOfWeb(app(given)).containerId());
    assertFalse(saidOfWeb(app(given)).exitCode().isPresent());
  }

  @Test
  void aLongAnswerOfARegistryIsCut() {
    var given =
        new Given()
            .wants("app", web(1))
            .failed("app", "web", web(1), failure("ImagePullFailed", "x".repeat(10_000), 1));
    assertTrue(app(given).message().length() <= 503);
  }

  private static Failure failure(String reason, String message, int tries) {
    return new Failure(tries, reason, message, NOW.plusSeconds(1));
  }

  private static ObservedContainer running(String service, String spec) {
    return container("app." + service, spec, "running");
  }

  private static ReportedDocument.Service saidOfWeb(ReportedDocument.Deployment said) {
    return Objects.requireNonNull(said.services().get("web"));
  }

  private static ReportedDocument.Deployment app(Given given) {
    return app(given, Map.of());
  }

  private static ReportedDocument.Deployment app(Given given, Map<ServiceKey, Phase> working) {
    return Objects.requireNonNull(report(given, working).get("app"));
  }

  private static Map<String, ReportedDocument.Deployment> report(
      Given given, Map<ServiceKey, Phase> working) {
    return Reporter.report(given.facts(), given.plan(), working);
  }
}
