package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.container;
import static io.nationtech.iot.agent.plan.Given.cutOff;
import static io.nationtech.iot.agent.plan.Given.exited;
import static io.nationtech.iot.agent.plan.Given.health;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which service comes before which: web needs db. */
class OrderTest {
  private static final String CHECK = "\"healthcheck\":{\"command\":[\"true\"]}";
  private static final String STARTED = needs("Started");
  private static final String HEALTHY = needs("Healthy");
  private static final String COMPLETED = needs("Completed");

  private static String needs(String condition) {
    return "\"dependsOn\":[{\"service\":\"db\",\"condition\":\"" + condition + "\"}]";
  }

  private static String db(int version, String... fields) {
    return service("db", "db:" + version, fields);
  }

  @Test
  void theFirstToStartIsTheOneThatOthersNeed() {
    var given = new Given().wants("app", web(1, STARTED), db(1));
    assertEquals(List.of("Start app.db"), given.steps());
    var said = said(given);
    assertEquals(Phase.Waiting, said.phase());
    assertEquals("WaitingForDependency", said.reason());
    assertEquals("web waits until db is Started", said.message());
    given.has(container("app.db", db(1), "running"));
    assertEquals(List.of("Start app.web"), given.steps());
  }

  @Test
  void healthyIsMoreThanRunning() {
    var given = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    given.has(health("app.db", db(1, CHECK), "starting"));
    assertEquals(List.of(), given.steps());
    var healthy = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    healthy.has(health("app.db", db(1, CHECK), "healthy"));
    assertEquals(List.of("Start app.web"), healthy.steps());
  }

  @Test
  void completedIsAGoodEnd() {
    var job = db(1, "\"restartPolicy\":\"Never\"");
    for (var other : List.of(container("app.db", job, "running"), exited("app.db", job, 1))) {
      var given = new Given().wants("app", web(1, COMPLETED), job).has(other);
      assertEquals(List.of(), given.steps());
    }
    var done = new Given().wants("app", web(1, COMPLETED), job).has(exited("app.db", job, 0));
    assertEquals(List.of("Start app.web"), done.steps());
  }

  @Test
  void anUpdateGoesInTheSameOrderAndTheOldVersionOfTheOtherDoesNotCount() {
    var given = new Given().wants("app", web(2, HEALTHY), db(2, CHECK));
    given.has(container("app.web", web(1), "running"));
    given.has(health("app.db", db(1, CHECK), "healthy"));
    assertEquals(List.of("Replace app.db"), given.steps());
    var next = new Given().wants("app", web(2, HEALTHY), db(2, CHECK));
    next.has(container("app.web", web(1), "running"), exited("app.db", db(1, CHECK), 0));
    next.has(health("app.db.next", db(2, CHECK), "healthy"));
    assertEquals(List.of("Replace app.web"), next.steps());
  }

  @Test
  void whatAlreadyRunsWaitsForNobody() {
    var given = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    given.has(container("app.web", web(1, HEALTHY), "running"));
    given.has(health("app.db", db(1, CHECK), "unhealthy"));
    assertEquals(List.of("StartAgain app.db"), given.steps());
    var ended = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    ended.has(exited("app.web", web(1, HEALTHY), 1), exited("app.db", db(1, CHECK), 1));
    assertEquals(List.of("StartAgain app.web", "StartAgain app.db"), ended.steps());
  }

  @Test
  void afterAPowerCutTheOrderIsThatOfTheFirstStart() {
    var given = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    given.has(cutOff("app.web", web(1, HEALTHY)), cutOff("app.db", db(1, CHECK)));
    assertEquals(List.of("StartAgain app.db"), given.steps());
    var starting = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    starting.has(cutOff("app.web", web(1, HEALTHY)), health("app.db", db(1, CHECK), "starting"));
    assertEquals(List.of(), starting.steps());
    var healthy = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    healthy.has(cutOff("app.web", web(1, HEALTHY)), health("app.db", db(1, CHECK), "healthy"));
    assertEquals(List.of("StartAgain app.web"), healthy.steps());
  }

  @Test
  void whatRanDoesNotStayDownForAnotherThatFails() {
    var sick = new Given().wants("app", web(1, HEALTHY), db(1, CHECK));
    sick.has(cutOff("app.web", web(1, HEALTHY)), health("app.db", db(1, CHECK), "unhealthy"));
    assertEquals(List.of("StartAgain app.web", "StartAgain app.db"), sick.steps());
    var failing = new Given().wants("app", web(1, STARTED), db(1));
    failing.has(cutOff("app.web", web(1, STARTED)), cutOff("app.db", db(1)));
    @Nullable Failure failure = null;
    for (int tries = 1; tries <= 3; tries++) {
      failure = Failure.after(failure, "RuntimeError", "no", Given.NOW);
      failing.failed("app", "db", db(1), failure);
      assertEquals(tries < 3 ? List.of() : List.of("StartAgain app.web"), failing.steps());
    }
  }

  /** Each would wait for the other, for ever. */
  @Test
  void aPortThatGoesFromOneServiceToTheOtherThatItNeedsIsLetGoFirst() {
    var port = "\"ports\":[{\"containerPort\":80,\"hostPort\":80}]";
    var given = new Given().wants("app", web(2, STARTED), db(2, port));
    given.has(container("app.web", web(1, port), "running"), container("app.db", db(1), "running"));
    assertEquals(List.of("Replace app.db, app.web yields"), given.steps());
  }

  private static ReportedDocument.Deployment said(Given given) {
    return given.said("app");
  }
}
