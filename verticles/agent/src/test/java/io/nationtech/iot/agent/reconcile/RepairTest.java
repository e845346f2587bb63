package io.nationtech.iot.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.agent.reconcile.PlayedPodman.Fault;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done about a damaged storage, in which order, and how often. */
class RepairTest {
  private static final ServiceKey WEB = new ServiceKey("app", "web");
  private static final Service GOOD =
      PodmanV0.service("{\"name\":\"web\",\"image\":\"good:1\"}").orElseThrow();
  private static final Service GOOD_2 =
      PodmanV0.service("{\"name\":\"web\",\"image\":\"good:2\"}").orElseThrow();

  private final PlayedPodman podman = new PlayedPodman();
  private final Executor executor =
      new Executor(
          podman,
          (key, service) -> true,
          (pull, id) -> {},
          (key, service) -> Delivery.NONE,
          (key, phase) -> {});
  private final List<String> calls = new ArrayList<>();

  @BeforeEach
  void oneRanUntilThePowerCut() {
    assertTrue(executor.execute(first()).succeeded());
    podman.powerCut();
    podman.agentDead = false;
    podman.faults =
        call -> {
          calls.add(call);
          return Fault.NONE;
        };
  }

  @Test
  void aDamagedContainerIsMadeAnewOfTheImageThatIsHere() {
    podman.damagedBoxes.add("c1");
    assertTrue(startAgain().succeeded());
    assertEquals(
        List.of("start c1", "remove c1", "create app.web id-of-good:1", "start c2"), calls);
  }

  @Test
  void anImageThatIsDamagedIsHadAnewWhenNoContainerIsMadeOfItAnyMore() {
    podman.damagedImages.add("good:1");
    assertTrue(startAgain().succeeded());
    assertEquals(
        List.of("remove c2", "renew good:1", "create app.web id-of-good:1", "start c3"),
        calls.subList(4, calls.size()));
  }

  @Test
  void whileTheRegistryIsAwayItIsTriedAgainAndSaidOnce() {
    podman.damagedImages.add("good:1");
    podman.registryAway = true;
    try (var journal = JournalLines.of("iot-agent")) {
      assertEquals(RuntimeFailure.DAMAGED, reason(startAgain()));
      for (int n = 0; n < 5; n++) {
        assertEquals(RuntimeFailure.DAMAGED, reason(start()));
      }
      assertEquals(1, journal.count(Level.WARN, "storage is damaged"));
      podman.registryAway = false;
      assertTrue(start().succeeded());
      assertEquals(1, journal.count(Level.INFO, "storage is mended"));
    }
  }

  @Test
  void anImageThatStaysDamagedIsNotHadAnewForEver() {
    podman.damagedBoxes.addAll(List.of("c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"));
    startAgain();
    for (int n = 0; n < 4; n++) {
      start();
    }
    assertEquals(3, calls.stream().filter("renew good:1"::equals).count());
  }

  @Test
  void anotherFaultThanDamageTouchesNothing() {
    podman.faults = call -> call.startsWith("start") ? Fault.REFUSED : Fault.NONE;
    assertEquals("RuntimeError", reason(startAgain()));
    assertEquals("c1", podman.of(WEB).getFirst().id());
  }

  @Test
  void damageIsNoFaultOfANewVersionAndTheOldOneRunsMeanwhile() {
    startAgain();
    var replace = new Step.Replace(WEB, GOOD_2, observed(), List.of(), List.of(), "image changed");
    podman.damagedBoxes.addAll(List.of("c2", "c3", "c4"));
    var failed = executor.execute(replace);
    assertEquals(RuntimeFailure.DAMAGED, reason(failed));
    assertEquals(List.of("c1"), podman.of(WEB).stream().map(PlayedPodman.Box::id).toList());
    assertTrue(podman.of(WEB).getFirst().running());
  }

  private Future<Void> startAgain() {
    return executor.execute(
        new Step.StartAgain(WEB, observed(), List.of(), "it ended with the machine"));
  }

  private Future<Void> start() {
    return executor.execute(first());
  }

  private static Step first() {
    return new Step.Start(WEB, GOOD, Optional.empty(), false, List.of(), "no container yet");
  }

  private ObservedContainer observed() {
    return podman.of(WEB).getFirst().observed(podman.now);
  }

  private static String reason(Future<Void> future) {
    return assertInstanceOf(RuntimeFailure.class, future.cause()).reason();
  }
}
