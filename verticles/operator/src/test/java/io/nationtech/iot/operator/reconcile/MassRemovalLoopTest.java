package io.nationtech.iot.operator.reconcile;

import static io.nationtech.iot.operator.reconcile.BentWorld.HELLO;
import static io.nationtech.iot.operator.reconcile.BentWorld.all;
import static io.nationtech.iot.operator.reconcile.BentWorld.hello;
import static io.nationtech.iot.operator.reconcile.BentWorld.pi;
import static io.nationtech.iot.operator.resource.Given.deployment;
import static io.nationtech.iot.operator.resource.Given.finalized;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.operator.resource.Given;
import io.nationtech.iot.operator.resource.Key;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A wrong kubeconfig or an old backup does not empty a plant. */
class MassRemovalLoopTest {
  private final BentWorld world = new BentWorld();
  private final OneContext context = world.context;
  private final FakeResources kubernetes = world.kubernetes;
  private final FakeDocuments nats = world.nats;

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void anEmptyApiServerChangesNothing() {
    world.start(20);
    context.run(
        () -> {
          kubernetes.devices.clear();
          kubernetes.deployments.clear();
          nats.written.clear();
        });
    world.startAgain(false);
    world.settle();
    assertEquals(List.of(), nats.written);
    assertTrue(nats.runs("pi-7", "hello"));
  }

  @Test
  void anApiServerWithoutTheDeploymentsIsStopped() {
    world.start(20);
    context.run(
        () -> {
          kubernetes.deployments.clear();
          nats.written.clear();
        });
    world.startAgain(false);
    context.until(() -> all(20, pi -> world.ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);

    world.startAgain(true);
    context.until(() -> nats.written.size() == 20);
  }

  @Test
  void anOldBackupPutBackWhileTheOperatorRunsIsStopped() {
    world.start(20);
    context.run(
        () -> {
          nats.written.clear();
          kubernetes.vanish(HELLO, false);
        });
    context.until(() -> all(20, pi -> world.ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);
    assertTrue(nats.runs("pi-7", "hello"));

    context.run(() -> kubernetes.put(hello(20)));
    context.until(() -> all(20, pi -> !world.ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);
  }

  @Test
  void aSlowNatsDoesNotLetAMassRemovalThroughInPortions() {
    world.start(20);
    context.run(
        () -> {
          kubernetes.deployments.clear();
          nats.written.clear();
          nats.failures = 18;
        });
    world.startAgain(false);
    context.until(() -> all(20, pi -> world.ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);
  }

  @Test
  void aBucketThatIsLostMeanwhileDoesNotLetThemThroughEither() {
    world.start(20);
    context.run(() -> kubernetes.deployments.clear());
    world.startAgain(false);
    context.until(() -> all(20, pi -> world.ready(pi).equals("False/MassRemovalStopped")));
    context.run(
        () -> {
          nats.written.clear();
          nats.loseAll();
        });
    world.settle();
    assertEquals(List.of(), nats.written);
  }

  @Test
  void aFewVanishedDeploymentsGoWithoutAFalseAlarm() {
    world.start(20);
    context.run(
        () -> {
          kubernetes.put(deployment("plant", "two", "pi-1"));
        });
    context.until(() -> nats.runs("pi-1", "two"));
    context.run(
        () -> {
          kubernetes.told.clear();
          kubernetes.vanish(new Key("plant", "two"), false);
        });
    context.until(() -> !nats.runs("pi-1", "two"));
    world.settle();
    assertTrue(
        kubernetes.told.stream().noneMatch(told -> told.contains("MassRemovalStopped")),
        kubernetes.told::toString);
  }

  @Test
  void aDeletedDeploymentLeavesAllDevicesAtOnce() {
    world.start(20);
    context.run(() -> kubernetes.put(Given.deleting(finalized(hello(20), Wire.FINALIZER))));
    context.until(() -> kubernetes.deployments.isEmpty());
    context.until(() -> all(20, pi -> !nats.runs(pi, "hello")));
  }
}
