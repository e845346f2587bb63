package io.nationtech.iot.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.agent.reconcile.PlayedPodman.Fault;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order within a step, and what is left where one of its calls fails. */
class ExecutorTest {
  private static final ServiceKey WEB = new ServiceKey("app", "web");

  private final PlayedPodman podman = new PlayedPodman();
  private boolean wanted = true;
  private final List<String> images = new ArrayList<>();
  private final Executor executor =
      new Executor(
          podman,
          (key, service) -> wanted,
          (pull, id) -> images.add(pull.key() + " " + id),
          (key, service) -> Delivery.NONE,
          (key, phase) -> {});
  private final List<String> calls = new ArrayList<>();

  @BeforeEach
  void theFirstVersionRuns() {
    assertTrue(executor.execute(start(service("good:1"))).succeeded());
    podman.faults =
        call -> {
          calls.add(call);
          return Fault.NONE;
        };
  }

  @Test
  void nothingOldIsStoppedBeforeTheNewContainerIsThereAndNothingOldIsRemoved() {
    assertTrue(replace("good:2").succeeded());
    assertEquals(List.of("create app.web.next good:2", "stop c1", "start c2"), calls);
    assertEquals("[exited, running]", states());
  }

  @Test
  void anImageThatCannotBeHadSaysWhyAndChangesNothing() {
    assertEquals("ImagePullFailed", failure(pull("missing:2")).reason());
    assertEquals(List.of("pull missing:2"), calls);
    assertEquals("[running]", states());
  }

  @Test
  void aPullTellsWhichImageItWas() {
    assertTrue(pull("good:2").succeeded());
    assertEquals(List.of("app.web id-of-good:2"), images);
  }

  @Test
  void aNewContainerThatDoesNotStartGivesWayToTheOldOne() {
    assertInstanceOf(ReplacementFailed.class, replace("broken:2").cause());
    assertEquals("[running]", states());
  }

  @Test
  void whatIsNotWantedAnyMoreWhenItsImageIsHereChangesNothing() {
    wanted = false;
    assertInstanceOf(NoLongerWanted.class, pull("good:2").cause());
    assertEquals(List.of("pull good:2"), calls);
    assertEquals(List.of(), images);
  }

  @Test
  void aJobThatWasDoneIsNotDoneTwice() {
    var job =
        PodmanV0.service("{\"name\":\"web\",\"image\":\"job:1\",\"restartPolicy\":\"Never\"}");
    podman.boxes.clear();
    executor.execute(start(job.orElseThrow()));
    podman.pass(Duration.ofSeconds(1));
    assertInstanceOf(ReplacementFailed.class, replace("broken:2").cause());
    assertEquals("[exited]", states());
  }

  @Test
  void anOldContainerThatCannotBeStoppedIsNotTheNewVersionsFault() {
    podman.faults = call -> call.startsWith("stop") ? Fault.REFUSED : Fault.NONE;
    assertEquals("RuntimeError", failure(replace("good:2")).reason());
    assertEquals("[running]", states());
  }

  @Test
  void whileThePodmanIsAwayNothingIsConcluded() {
    podman.faults = call -> call.equals("start c2") ? Fault.AWAY_BEFORE : Fault.NONE;
    assertEquals(RuntimeFailure.AWAY, failure(replace("good:2")).reason());
    assertEquals("[exited, created]", states());
  }

  @Test
  void aRollBackStartsTheOldOneBeforeItRemovesTheNewOne() {
    replace("good:2");
    calls.clear();
    podman.pass(Duration.ofSeconds(1));
    var back = new Step.RollBack(WEB, observed(1), Optional.of(observed(0)), "it ended");
    assertInstanceOf(ReplacementFailed.class, executor.execute(back).cause());
    assertEquals(List.of("stop c2", "start c1", "remove c2"), calls);
  }

  @Test
  void aRollBackThatCouldNotBeDoneIsNotToldAsOne() {
    replace("good:2");
    podman.faults = call -> call.equals("remove c2") ? Fault.REFUSED : Fault.NONE;
    var back = new Step.RollBack(WEB, observed(1), Optional.of(observed(0)), "it ended");
    assertEquals("RuntimeError", failure(executor.execute(back)).reason());
    assertEquals("[running, exited]", states());
  }

  @Test
  void whatMakesWayRunsAgainWhereTheOtherDoesNotStart() {
    var db = new ServiceKey("app", "db");
    var broken = PodmanV0.service("{\"name\":\"db\",\"image\":\"broken:1\"}").orElseThrow();
    var start =
        new Step.Start(db, broken, Optional.empty(), true, List.of(observed(0)), "no container");
    assertInstanceOf(ReplacementFailed.class, executor.execute(start).cause());
    assertEquals(
        List.of("create app.db.next broken:1", "stop c1", "start c2", "start c1", "remove c2"),
        calls);
    assertEquals("[running]", states());
    assertEquals(List.of(), podman.of(db));
  }

  @Test
  void whatRanIsMadeAgainFromItsImageWhateverItsTagSays() {
    podman.boxes.clear();
    var again =
        new Step.Start(WEB, service("good:1"), Optional.of("id-of-good:0"), false, List.of(), "");
    assertTrue(executor.execute(again).succeeded());
    assertEquals(List.of("create app.web id-of-good:0", "start c2"), calls);
  }

  private static Step start(Service service) {
    return new Step.Start(WEB, service, Optional.empty(), false, List.of(), "");
  }

  private Future<Void> pull(String image) {
    return executor.execute(new Step.Pull(WEB, service(image), ""));
  }

  private Future<Void> replace(String image) {
    return executor.execute(
        new Step.Replace(WEB, service(image), observed(0), List.of(), List.of(), "image changed"));
  }

  private ObservedContainer observed(int index) {
    return podman.of(WEB).get(index).observed(podman.now);
  }

  private String states() {
    return podman.of(WEB).stream().map(PlayedPodman.Box::state).toList().toString();
  }

  private static RuntimeFailure failure(Future<Void> future) {
    return assertInstanceOf(RuntimeFailure.class, future.cause());
  }

  private static Service service(String image) {
    return PodmanV0.service("{\"name\":\"web\",\"image\":\"%s\"}".formatted(image)).orElseThrow();
  }
}
