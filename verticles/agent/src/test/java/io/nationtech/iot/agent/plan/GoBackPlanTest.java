package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.container;
import static io.nationtech.iot.agent.plan.Given.exited;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is kept of the version that was proven last, and how it comes back. */
class GoBackPlanTest {
  private static final String DATA = "\"volumes\":[{\"name\":\"data\",\"mountPath\":\"/data\"}]";
  private static final String HOST = "\"volumes\":[{\"hostPath\":\"/srv/a\",\"mountPath\":\"/a\"}]";
  private static final String READER =
      "\"volumes\":[{\"name\":\"data\",\"mountPath\":\"/data\",\"readOnly\":true}]";

  @Test
  void aVersionIsRememberedOnceAllOfItIsProven() {
    var db = service("db", "db:1");
    var given = new Given().wants("app", web(1), db).has(container("app.web", web(1), "running"));
    assertEquals(Map.of(), given.plan().proven());
    given.has(container("app.db", db, "running"));
    assertEquals(
        Map.of(
            new ServiceKey("app", "web"), new Proven(web(1), "image-of-app.web"),
            new ServiceKey("app", "db"), new Proven(db, "image-of-app.db")),
        given.plan().proven());
  }

  @Test
  void whatIsRememberedStaysWhileAnotherVersionIsTriedAndGoesWithItsDeployment() {
    var given = new Given().wants("app", web(2)).proven("app", web(1)).proven("old", web(1));
    assertEquals(Set.of(new ServiceKey("app", "web")), given.plan().proven().keySet());
    var none = new Given().proven("app", web(1));
    assertEquals(Set.of(new ServiceKey("app", "web")), none.plan().proven().keySet());
  }

  @Test
  void imagesInUseAreThoseOfContainersOfWhatCanBeGoneBackToAndOfWhatIsToCome() {
    var given = new Given().wants("app", web(2)).proven("app", web(1));
    given.has(container("app.db", service("db", "db:1"), "running"));
    assertEquals(
        Set.of("image-of-app.db", "image-web", "pulled-app.web"), given.facts().imagesInUse());
  }

  @Test
  void aContainerOfTheOldVersionThatIsGoneIsMadeAgainFromItsImageAndNotFromItsTag() {
    var given = new Given().wants("app", web(2)).proven("app", web(1)).quarantined("app");
    assertEquals(List.of("Start app.web image-web"), given.steps());
    var waiting = new Given().wants("app", web(2)).proven("app", web(1)).notPulled("app", "web");
    assertEquals(List.of("Pull app.web", "Start app.web image-web"), waiting.steps());
    var refused = new Given().wants("app", web(2)).quarantined("app");
    refused.proven("app", web(1, "\"privileged\":true"));
    assertEquals(List.of(), refused.steps());
  }

  @Test
  void aVersionWhoseOldContainerIsGoneStillGoesBackWhereItFails() {
    var given = new Given().wants("app", web(2)).proven("app", web(1));
    given.has(exited("app.web.next", web(2), 1));
    assertEquals(List.of("RollBack app.web.next"), given.steps());
    var running = new Given().wants("app", web(2), service("db", "db:2")).proven("app", web(1));
    running.has(container("app.web.next", web(2), "running")).busy("app", "db");
    assertEquals(List.of(), running.steps());
  }

  @Test
  void aNewServiceThatFailsTakesItsVersionBack() {
    var db = service("db", "db:1");
    var given = new Given().wants("app", web(1), db).proven("app", web(1));
    given.has(container("app.web", web(1), "running"), exited("app.db.next", db, 1));
    assertEquals(List.of("RollBack app.db.next"), given.steps());
    var back = new Given().wants("app", web(1), db).proven("app", web(1)).quarantined("app");
    back.has(container("app.web", web(1), "running"), container("app.db.next", db, "running"));
    assertEquals(List.of("Remove app.db.next"), back.steps());
  }

  @Test
  void aDatabaseUnderAnotherNameNeverRunsBesideItselfOnTheSameFiles() {
    for (var volume : List.of(DATA, HOST)) {
      var allowed = new Policy(List.of("/srv/a"), List.of(), false, false);
      var db = service("db", "db:1", volume);
      var base = service("base", "db:1", volume);
      var given = new Given().policy(allowed).wants("app", base).proven("app", db);
      given.has(container("app.db", db, "running"));
      assertEquals(List.of("Start app.base, app.db yields"), given.steps());
      var next = new Given().policy(allowed).wants("app", base).proven("app", db);
      next.has(exited("app.db", db, 137)).busy("app", "base");
      assertEquals(List.of(), next.steps());
      var begun = new Given().policy(allowed).wants("app", base).proven("app", db);
      begun.has(exited("app.db", db, 137));
      begun.has(Given.startedAt(container("app.base.next", base, "running"), Given.NOW));
      assertEquals(List.of(), begun.steps());
      var back = new Given().policy(allowed).wants("app", base).proven("app", db);
      back.quarantined("app").has(exited("app.db", db, 137));
      back.has(container("app.base.next", base, "running"));
      assertEquals(List.of("Remove app.base.next"), back.steps());
    }
  }

  @Test
  void servicesThatShareAVolumeByTheirAuthorsWishRunTogether() {
    var db = service("db", "db:1", DATA);
    var given = new Given().wants("app", web(2, DATA), db).proven("app", web(1, DATA), db);
    given.has(container("app.web", web(1, DATA), "running"), container("app.db", db, "running"));
    assertEquals(List.of("Replace app.web"), given.steps());
    var reader = new Given().wants("app", service("base", "db:1", READER)).proven("app", db);
    reader.has(container("app.db", db, "running"));
    assertEquals(List.of("Start app.base"), reader.steps());
  }

  @Test
  void volumesThatTwoServicesExchangeGoFromOneToTheOther() {
    var other = DATA.replace("data\",", "more\",");
    var db = service("db", "db:1", other);
    var given = new Given().wants("app", web(2, other), service("db", "db:2", DATA));
    given.proven("app", web(1, DATA), db);
    given.has(container("app.web", web(1, DATA), "running"), container("app.db", db, "running"));
    assertEquals(List.of("Replace app.web, app.db yields"), given.steps());
  }
}
