package io.nationtech.iot.operator.reconcile;

import static io.nationtech.iot.operator.resource.Given.deployment;
import static io.nationtech.iot.operator.resource.Given.device;
import static io.nationtech.iot.operator.resource.Given.finalized;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.Given;
import io.nationtech.iot.operator.resource.Key;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator's loop between an API server and a NATS that a test can bend. */
class LoopTest {
  private static final Key HELLO = new Key("plant", "hello");
  private static final Duration MINUTE = Duration.ofSeconds(60);

  private final OneContext context = new OneContext();
  private final FakeResources kubernetes = new FakeResources();
  private final FakeDocuments nats = new FakeDocuments();

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void nothingIsWrittenBeforeAllResourcesAreKnown() {
    context.run(
        () -> {
          make(false);
          kubernetes.put(device("plant", "pi-1"));
          nats.listener().connected();
        });
    settle();
    assertEquals(List.of(), nats.written);
    assertEquals(List.of(), kubernetes.told);
    context.run(() -> kubernetes.listener().synced());
    context.until(() -> nats.written.equals(List.of("pi-1")));
  }

  @Test
  void anEmptyApiServerChangesNothing() {
    start(20);
    context.run(
        () -> {
          kubernetes.devices.clear();
          kubernetes.deployments.clear();
          nats.written.clear();
        });
    start(false);
    settle();
    assertEquals(List.of(), nats.written);
    assertTrue(nats.runs("pi-7", "hello"));
  }

  @Test
  void anApiServerWithoutTheDeploymentsIsStopped() {
    start(20);
    context.run(
        () -> {
          kubernetes.deployments.clear();
          nats.written.clear();
        });
    start(false);
    context.until(() -> all(20, pi -> ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);

    start(true);
    context.until(() -> nats.written.size() == 20);
  }

  @Test
  void anOldBackupPutBackWhileTheOperatorRunsIsStopped() {
    start(20);
    context.run(
        () -> {
          nats.written.clear();
          kubernetes.vanish(HELLO, false);
        });
    context.until(() -> all(20, pi -> ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);
    assertTrue(nats.runs("pi-7", "hello"));

    context.run(() -> kubernetes.put(hello(20)));
    context.until(() -> all(20, pi -> !ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);
  }

  @Test
  void aSlowNatsDoesNotLetAMassRemovalThroughInPortions() {
    start(20);
    context.run(
        () -> {
          kubernetes.deployments.clear();
          nats.written.clear();
          nats.failures = 18;
        });
    start(false);
    context.until(() -> all(20, pi -> ready(pi).equals("False/MassRemovalStopped")));
    assertEquals(List.of(), nats.written);
  }

  @Test
  void aBucketThatIsLostMeanwhileDoesNotLetThemThroughEither() {
    start(20);
    context.run(() -> kubernetes.deployments.clear());
    start(false);
    context.until(() -> all(20, pi -> ready(pi).equals("False/MassRemovalStopped")));
    context.run(
        () -> {
          nats.written.clear();
          nats.loseAll();
        });
    settle();
    assertEquals(List.of(), nats.written);
  }

  @Test
  void aFewVanishedDeploymentsGoWithoutAFalseAlarm() {
    start(20);
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
    settle();
    assertTrue(
        kubernetes.told.stream().noneMatch(told -> told.contains("MassRemovalStopped")),
        kubernetes.told::toString);
  }

  @Test
  void aDeploymentThatIsTooLargeSaysSo() {
    start(1);
    var large = Given.running(hello(1), Given.score("a".repeat(300_000)));
    context.run(() -> kubernetes.put(large));
    context.until(() -> kubernetes.condition(HELLO, "Stalled").equals("True/DocumentTooLarge"));
    assertEquals("False/DocumentTooLarge", context.call(() -> ready("pi-1")));
    context.run(() -> kubernetes.put(Given.deleting(finalized(large, Wire.FINALIZER))));
    context.until(() -> !nats.runs("pi-1", "hello") && kubernetes.deployments.isEmpty());
  }

  @Test
  void aDeletedDeploymentLeavesAllDevicesAtOnce() {
    start(20);
    context.run(() -> kubernetes.put(Given.deleting(finalized(hello(20), Wire.FINALIZER))));
    context.until(() -> kubernetes.deployments.isEmpty());
    context.until(() -> all(20, pi -> !nats.runs(pi, "hello")));
  }

  @Test
  void aRestartSaysNothingUntrue() {
    start(3);
    context.run(
        () -> {
          for (int i = 1; i <= 3; i++) {
            nats.listener().reported(pi(i), nats.says(pi(i), Phase.Running));
            nats.listener().heartbeat(pi(i), MINUTE);
          }
        });
    context.until(() -> kubernetes.condition(HELLO, "Ready").equals("True/AllDevicesReady"));
    context.run(() -> kubernetes.told.clear());
    start(false);
    settle();
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
          make(false);
          kubernetes.put(hello(1));
          kubernetes.put(device("plant", "pi-1"));
          kubernetes.listener().synced();
        });
    settle();
    context.run(() -> nats.listener().connected());
    context.until(() -> kubernetes.condition(HELLO, "Ready").equals("False/DeviceRefused"));
  }

  @Test
  void aDeploymentWhoseTargetBecameAGroupStillLeavesAtOnce() {
    start(1);
    context.run(
        () ->
            kubernetes.put(
                finalized(Given.grouped("plant", "hello", "uid-hello", 2), Wire.FINALIZER)));
    settle();
    assertTrue(nats.runs("pi-1", "hello"));
    context.run(() -> kubernetes.put(Given.deleting(kubernetes.deployment(HELLO).orElseThrow())));
    context.until(() -> !nats.runs("pi-1", "hello") && kubernetes.deployments.isEmpty());
  }

  @Test
  void aDeviceThatIsDeletedAndMadeAgainGoesOnWithItsDocument() {
    start(1);
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
          make(false);
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

  private void make(boolean allowMassRemoval) {
    var settings = new Loop.Settings("central", MINUTE, Duration.ofMinutes(10), allowMassRemoval);
    new Loop(context.vertx, Clock.systemUTC(), System::nanoTime, settings, kubernetes, nats)
        .start();
  }

  /** Starts an operator on what is there; one that ran before is told nothing more. */
  private void start(boolean allowMassRemoval) {
    context.run(
        () -> {
          make(allowMassRemoval);
          kubernetes.devices.keySet().forEach(kubernetes.listener()::deviceChanged);
          List.copyOf(kubernetes.deployments.values()).forEach(kubernetes::put);
          kubernetes.listener().synced();
          nats.listener().connected();
          nats.listener().listening(true);
        });
  }

  /** An operator with devices pi-1 and so on, all of which have been given hello. */
  private void start(int devices) {
    start(false);
    context.run(
        () -> {
          for (int i = 1; i <= devices; i++) {
            kubernetes.put(device("plant", pi(i)));
          }
          kubernetes.put(hello(devices));
        });
    context.until(() -> all(devices, pi -> nats.runs(pi, "hello")));
  }

  private static DeploymentResource hello(int devices) {
    var names = new String[devices];
    for (int i = 0; i < devices; i++) {
      names[i] = pi(i + 1);
    }
    return deployment("plant", "hello", names);
  }

  private static boolean all(int devices, Predicate<String> condition) {
    for (int i = 1; i <= devices; i++) {
      if (!condition.test(pi(i))) {
        return false;
      }
    }
    return true;
  }

  private String ready(String pi) {
    return kubernetes.deviceCondition(new Key("plant", pi), "Ready");
  }

  private static String pi(int number) {
    return "pi-" + number;
  }

  /** Longer than the brake waits for its judgement, and a status for its turn. */
  private void settle() {
    var later = new ArrayList<String>();
    context.run(() -> context.vertx.setTimer(2500, go -> later.add("later")));
    context.until(() -> !later.isEmpty());
  }
}
