package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.container;
import static io.nationtech.iot.agent.plan.Given.exited;
import static io.nationtech.iot.agent.plan.Given.health;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a service's health decides. */
class HealthPlanTest {
  private static final String CHECK = "\"healthcheck\":{\"command\":[\"true\"]}";

  @Test
  void aNewVersionIsProvenOnlyWhenItIsHealthy() {
    var old = exited("app.web", web(1), 0);
    for (var word : List.of("starting", "")) {
      var given = new Given().wants("app", web(2, CHECK));
      given.has(old, health("app.web.next", web(2, CHECK), word));
      assertEquals(List.of(), given.steps(), word);
      assertEquals("NotHealthyYet", said(given).reason());
      assertEquals(Phase.Starting, said(given).phase());
    }
    var given = new Given().wants("app", web(2, CHECK));
    given.has(old, health("app.web.next", web(2, CHECK), "healthy"));
    assertEquals(List.of("Promote app.web.next"), given.steps());
    assertEquals(Phase.Running, said(given).phase());
  }

  @Test
  void aNewVersionThatTurnsUnhealthyGoesBackToTheOldOne() {
    var given = new Given().wants("app", web(2, CHECK));
    given.has(exited("app.web", web(1), 0), health("app.web.next", web(2, CHECK), "unhealthy"));
    assertEquals(List.of("RollBack app.web.next"), given.steps());
  }

  @Test
  void aServiceWithoutACheckIsNotHeldUpByWhatItsImageChecks() {
    var given = new Given().wants("app", web(2));
    given.has(exited("app.web", web(1), 0), health("app.web.next", web(2), "unhealthy"));
    assertEquals(List.of("Promote app.web.next"), given.steps());
  }

  @Test
  void whatTurnsUnhealthyIsDegradedAndStartedAgainUnlessItIsNeverTo() {
    var given = new Given().wants("app", web(1, CHECK));
    given.has(health("app.web", web(1, CHECK), "unhealthy"));
    assertEquals(List.of("StartAgain app.web"), given.steps());
    assertEquals(Phase.Degraded, said(given).phase());
    assertEquals("ServiceUnhealthy", said(given).reason());
    var never = web(1, CHECK, "\"restartPolicy\":\"Never\"");
    var left = new Given().wants("app", never).has(health("app.web", never, "unhealthy"));
    assertEquals(List.of(), left.steps());
    assertEquals(Phase.Degraded, said(left).phase());
  }

  @Test
  void whatIsUnhealthyAgainWaitsAsWhatEndsAgain() {
    var given = new Given().wants("app", web(1, CHECK));
    given.has(health("app.web", web(1, CHECK), "unhealthy"));
    var failure = Failure.after(null, "ServiceEnded", "it is unhealthy", Given.NOW);
    given.failed("app", "web", web(1, CHECK), failure);
    assertEquals(List.of(), given.steps());
  }

  @Test
  void whileTheDeviceIsPausedNothingThatRunsIsStopped() {
    var given = new Given().wants("app", web(1, CHECK)).paused();
    assertEquals(List.of(), given.has(health("app.web", web(1, CHECK), "unhealthy")).steps());
  }

  @Test
  void anUnhealthyServiceThatNobodyNeedsAnyMoreIsRemoved() {
    var given = new Given().wantsNothingElse();
    given.has(health("app.db", service("db", "db:1", CHECK), "unhealthy"));
    assertEquals(List.of("Remove app.db"), given.steps());
  }

  @Test
  void aCheckHangsAfterAsLongAsItTakesToFailAsOftenAsItMay() {
    var check =
        "\"healthcheck\":{\"command\":[\"true\"],\"periodSeconds\":20,\"timeoutSeconds\":7}";
    var rule = container("app.web", web(1, check), "running").healthRule().orElseThrow();
    assertEquals(Duration.ofSeconds(47), rule.hangs());
    assertEquals(Duration.ofSeconds(20), rule.pause(Given.NOW, Given.NOW));
    var usual = container("app.web", web(1, CHECK), "running").healthRule().orElseThrow();
    assertEquals(Duration.ofSeconds(25), usual.hangs());
  }

  @Test
  void inItsStartPeriodAServiceIsLookedAtEachSecond() {
    var check = "\"healthcheck\":{\"command\":[\"true\"],\"startPeriodSeconds\":30}";
    var rule = container("app.web", web(1, check), "running").healthRule().orElseThrow();
    var started = Given.NOW.minusSeconds(29);
    assertEquals(Duration.ofSeconds(1), rule.pause(started, Given.NOW));
    assertEquals(Duration.ofSeconds(10), rule.pause(started, Given.NOW.plusSeconds(1)));
  }

  private static ReportedDocument.Deployment said(Given given) {
    return given.said("app");
  }
}
