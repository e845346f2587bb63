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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order within a step, and what is left where one of its calls fails. */
class ExecutorTest {
  private static final ServiceKey WEB = new ServiceKey("app", "web");

  private final PlayedPodman podman = new PlayedPodman();
  private boolean wanted = true;
  private final Executor executor =
      new Executor(
          podman, (key, service) -> wanted, (key, service) -> Delivery.NONE, (key, phase) -> {});
  private final List<String> calls = new ArrayList<>();

  @BeforeEach
  void theFirstVersionRuns() {
    assertTrue(executor.execute(new Step.Start(WEB, service("good:1"), "")).succeeded());
    podman.faults =
        call -> {
          calls.add(call);
          return Fault.NONE;
        };
  }

  @Test
  void nothingOldIsStoppedBeforeTheNewContainerIsThereAndNothingOldIsRemoved() {
    assertTrue(replace("good:2").succeeded());
    assertEquals(List.of("pull good:2", "create app.web.next", "stop c1", "start c2"), calls);
    assertEquals("[exited, running]", states());
  }

  @Test
  void anImageThatCannotBeHadLeavesTheOldOneAlone() {
    assertEquals("ImagePullFailed", failure(replace("missing:2")).reason());
    assertEquals("[running]", states());
  }

  @Test
  void aNewContainerThatDoesNotStartGivesWayToTheOldOne() {
    assertInstanceOf(ReplacementFailed.class, replace("broken:2").cause());
    assertEquals("[running]", states());
  }

  @Test
  void whatIsNotWantedAnyMoreWhenItsImageIsHereChangesNothing() {
    wanted = false;
    assertInstanceOf(NoLongerWanted.class, replace("good:2").cause());
    assertEquals(List.of("pull good:2"), calls);
    podman.boxes.clear();
    var start = new Step.Start(WEB, service("good:2"), "");
    assertInstanceOf(NoLongerWanted.class, executor.execute(start).cause());
    assertEquals("[]", states());
  }

  @Test
  void aJobThatWasDoneIsNotDoneTwice() {
    var job =
        PodmanV0.service("{\"name\":\"web\",\"image\":\"job:1\",\"restartPolicy\":\"Never\"}");
    podman.boxes.clear();
    executor.execute(new Step.Start(WEB, job.orElseThrow(), ""));
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
    var back = new Step.RollBack(WEB, observed(1), observed(0), "it ended");
    assertInstanceOf(ReplacementFailed.class, executor.execute(back).cause());
    assertEquals(List.of("stop c2", "start c1", "remove c2"), calls);
  }

  @Test
  void aRollBackThatCouldNotBeDoneIsNotToldAsOne() {
    replace("good:2");
    podman.faults = call -> call.equals("remove c2") ? Fault.REFUSED : Fault.NONE;
    var back = new Step.RollBack(WEB, observed(1), observed(0), "it ended");
    assertEquals("RuntimeError", failure(executor.execute(back)).reason());
    assertEquals("[running, exited]", states());
  }

  private Future<Void> replace(String image) {
    return executor.execute(
        new Step.Replace(WEB, service(image), observed(0), List.of(), "image changed"));
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
