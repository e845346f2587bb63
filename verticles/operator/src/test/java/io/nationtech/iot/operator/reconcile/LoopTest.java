package io.nationtech.iot.operator.reconcile;

import static io.nationtech.iot.operator.reconcile.BentWorld.HELLO;
import static io.nationtech.iot.operator.reconcile.BentWorld.MINUTE;
import static io.nationtech.iot.operator.reconcile.BentWorld.hello;
import static io.nationtech.iot.operator.reconcile.BentWorld.pi;
import static io.nationtech.iot.operator.resource.Given.device;
import static io.nationtech.iot.operator.resource.Given.finalized;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.operator.resource.Given;
import io.nationtech.iot.operator.resource.Key;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator's loop from one event to the next. */
class LoopTest {
  private final BentWorld world = new BentWorld();
  private final OneContext context = world.context;
  private final FakeResources kubernetes = world.kubernetes;
  private final FakeDocuments nats = world.nats;

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void nothingIsWrittenBeforeAllResourcesAreKnown() {
    context.run(
        () -> {
          world.make(false);
          kubernetes.put(device("plant", "pi-1"));
          nats.listener().connected();
        });
    world.settle();
    assertEquals(List.of(), nats.written);
    assertEquals(List.of(), kubernetes.told);
    context.run(() -> kubernetes.listener().synced());
    context.until(() -> nats.written.equals(List.of("pi-1")));
  }

  @Test
  void aDeploymentThatIsTooLargeSaysSo() {
    world.start(1);
    var large = Given.running(hello(1), Given.score("a".repeat(300_000)));
    context.run(() -> kubernetes.put(large));
    context.until(() -> kubernetes.condition(HELLO, "Stalled").equals("True/DocumentTooLarge"));
    assertEquals("False/DocumentTooLarge", context.call(() -> world.ready("pi-1")));
    context.run(() -> kubernetes.put(Given.deleting(finalized(large, Wire.FINALIZER))));
    context.until(() -> !nats.runs("pi-1", "hello") && kubernetes.deployments.isEmpty());
  }

  @Test
  void aRestartSaysNothingUntrue() {
    world.start(3);
    context.run(
        () -> {
          for (int i = 1; i <= 3; i++) {
            nats.listener().reported(pi(i), nats.says(pi(i), Phase.Running));
            nats.listener().heartbeat(pi(i), MINUTE);
          }
        });
    context.until(() -> kubernetes.condition(HELLO, "Ready").equals("True/AllDevicesReady"));
    context.run(() -> kubernetes.told.clear());
    world.startAgain(false);
    world.settle();
    assertTrue(
        kubernetes.told.stream().noneMatch(told -> told.startsWith("hello: Ready=False")),
        kubernetes.told::toString);
  }

  @Test
  void aRefusedDeviceIsSaidWhicheverIsLookedAtFirst() {
    nats.store(
        "pi-1",
        "{\"device\":\"pi-1\",\"owner\":\"far/plant\",\"paused\":false,\"deployments\":{}}");
    context.run(
        () -> {
          world.make(false);
          kubernetes.put(hello(1));
          kubernetes.put(device("plant", "pi-1"));
          kubernetes.listener().synced();
        });
    world.settle();
    context.run(() -> nats.listener().connected());
    context.until(() -> kubernetes.condition(HELLO, "Ready").equals("False/DeviceRefused"));
  }

  @Test
  void aDeploymentWhoseTargetBecameAGroupStillLeavesAtOnce() {
    world.start(1);
    context.run(
        () ->
            kubernetes.put(
                finalized(Given.grouped("plant", "hello", "uid-hello", 2), Wire.FINALIZER)));
    world.settle();
    assertTrue(nats.runs("pi-1", "hello"));
    context.run(() -> kubernetes.put(Given.deleting(kubernetes.deployment(HELLO).orElseThrow())));
    context.until(() -> !nats.runs("pi-1", "hello") && kubernetes.deployments.isEmpty());
  }

  @Test
  void aDeviceThatIsDeletedAndMadeAgainGoesOnWithItsDocument() {
    world.start(1);
    var before = context.call(() -> nats.document("pi-1"));
    context.run(
        () -> {
          nats.written.clear();
          kubernetes.removeDevice(new Key("plant", "pi-1"));
        });
    context.until(() -> kubernetes.condition(HELLO, "Ready").equals("False/DeviceNotFound"));
    context.run(() -> kubernetes.put(device("plant", "pi-1")));
    context.until(() -> kubernetes.condition(HELLO, "Ready").equals("False/DevicesChanging"));
    assertEquals(List.of(), nats.written);
    assertEquals(before, nats.document("pi-1"));
  }

  @Test
  void aBucketThatIsLostWhileAllIsReadAgainIsMadeAllTheSame() {
    var slow = Promise.<Boolean>promise();
    context.run(
        () -> {
          world.make(false);
          kubernetes.put(device("plant", "pi-1"));
          nats.ensuring.add(slow);
          kubernetes.listener().synced();
          nats.listener().connected();
          nats.listener().bucketLost();
          assertEquals(1, nats.ensured);
          slow.complete(false);
        });
    context.until(() -> nats.ensured == 2 && nats.written.equals(List.of("pi-1")));
  }

  @Test
  void aBucketIsNotMadeWhileTheServerMayStillTakeAwayTheFilesOfTheLostOne() {
    world.start(1);
    long told = System.nanoTime();
    context.run(
        () -> {
          nats.written.clear();
          nats.ensured = 0;
          nats.loseAll();
          nats.listener().bucketLost();
        });
    context.until(() -> nats.ensured > 0);
    assertTrue(System.nanoTime() - told > Duration.ofMillis(900).toNanos());
    context.until(() -> nats.written.equals(List.of("pi-1")));
    assertEquals(1, context.call(() -> nats.ensured));
  }
}
