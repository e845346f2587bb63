package io.nationtech.iot.operator.reconcile;

import static io.nationtech.iot.operator.resource.Given.deployment;
import static io.nationtech.iot.operator.resource.Given.device;

import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.Key;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An operator's loop between an API server and a NATS that a test can bend. */
final class BentWorld implements AutoCloseable {
  static final Key HELLO = new Key("plant", "hello");
  static final Duration MINUTE = Duration.ofSeconds(60);

  final OneContext context = new OneContext();
  final FakeResources kubernetes = new FakeResources();
  final FakeDocuments nats = new FakeDocuments();

  @Override
  public void close() {
    context.close();
  }

  void make(boolean allowMassRemoval) {
    var settings = new Loop.Settings("central", MINUTE, Duration.ofMinutes(10), allowMassRemoval);
    new Loop(context.vertx, Clock.systemUTC(), System::nanoTime, settings, kubernetes, nats)
        .start();
  }

  /** Starts an operator on what is there; one that ran before is told nothing more. */
  void startAgain(boolean allowMassRemoval) {
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
  void start(int devices) {
    startAgain(false);
    context.run(
        () -> {
          for (int i = 1; i <= devices; i++) {
            kubernetes.put(device("plant", pi(i)));
          }
          kubernetes.put(hello(devices));
        });
    context.until(() -> all(devices, pi -> nats.runs(pi, "hello")));
  }

  static DeploymentResource hello(int devices) {
    var names = new String[devices];
    for (int i = 0; i < devices; i++) {
      names[i] = pi(i + 1);
    }
    return deployment("plant", "hello", names);
  }

  static boolean all(int devices, Predicate<String> condition) {
    for (int i = 1; i <= devices; i++) {
      if (!condition.test(pi(i))) {
        return false;
      }
    }
    return true;
  }

  String ready(String pi) {
    return kubernetes.deviceCondition(new Key("plant", pi), "Ready");
  }

  static String pi(int number) {
    return "pi-" + number;
  }

  /** Longer than the brake waits for its judgement, and a status for its turn. */
  void settle() {
    var later = new ArrayList<String>();
    context.run(() -> context.vertx.setTimer(2500, go -> later.add("later")));
    context.until(() -> !later.isEmpty());
  }
}
