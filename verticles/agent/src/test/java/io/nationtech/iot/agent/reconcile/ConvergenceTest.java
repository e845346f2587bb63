package io.nationtech.iot.agent.reconcile;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.agent.plan.Proven;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.agent.reconcile.PlayedPodman.Box;
import io.nationtech.iot.agent.reconcile.PlayedPodman.Fault;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.Score;
import io.nationtech.iot.codec.Update;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever befalls podman and the agent between two calls, no working container is lost, and once
 * it is over exactly what must run runs. The seed of a failed life is in its message.
 */
class ConvergenceTest {
  private static final long SEED = 20_261_124;
  private static final int LIVES = 800;
  private static final int EVENTS = 25;
  private static final Duration PROOF = Duration.ofSeconds(3);

  @Test
  void whateverHappensNothingThatWorksIsLostAndWhatIsWantedComesToRun() {
    for (long seed = SEED; seed < SEED + LIVES; seed++) {
      var life = new Life(seed);
      try {
        life.live();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ": " + e.getMessage() + "\n" + life.device.lastLines(), e);
      }
    }
  }

  /** One device under one run of bad luck. */
  private static final class Life {
    private final Random random;
    private final PlayedDevice device = new PlayedDevice();

    /** Services whose own container was once seen to work. */
    private final Set<ServiceKey> proven = new HashSet<>();

    /** What must not happen: an exception would only look like a call that failed. */
    private final List<String> violations = new ArrayList<>();

    private long retry;

    Life(long seed) {
      random = new Random(seed);
      device.podman.watch = this::before;
      device.watch = this::begun;
    }

    void live() {
      device.podman.faults = this::fault;
      for (int event = 0; event < EVENTS; event++) {
        happen();
        device.after(Duration.ofMillis(random.nextInt(8_000)));
        prove();
        assertEquals(List.of(), violations);
      }
      device.podman.faults = call -> Fault.NONE;
      device.podman.registryAway = false;
      device.clockCertain = true;
      calm();
    }

    private void happen() {
      switch (random.nextInt(13)) {
        case 0, 1, 2, 3, 4 -> want(document(random.nextInt(8) == 0));
        case 5 -> device.podman.registryAway = !device.podman.registryAway;
        case 6 -> {
          device.journal.add("-- the power goes");
          device.podman.powerCut();
        }
        case 7 -> device.podman.agentDead = true;
        case 8 -> lock(random.nextBoolean() ? "app" : "tool");
        case 9 -> removeByHand();
        case 10 -> device.clockCertain = !device.clockCertain;
        default -> {}
      }
    }

    private void lock(String deployment) {
      if (!device.podman.locked.remove(deployment)) {
        device.podman.locked.add(deployment);
      }
    }

    /** What is known from its proven version has to come back. */
    private void removeByHand() {
      var boxes = List.copyOf(device.podman.boxes.values());
      if (!boxes.isEmpty()) {
        var box = boxes.get(random.nextInt(boxes.size()));
        device.journal.add("-- removed by hand: " + box.name());
        device.podman.boxes.remove(box.id());
        if (before(box.key()).isEmpty()
            && device.podman.of(box.key()).stream()
                .noneMatch(other -> good(other.service().image()))) {
          proven.remove(box.key());
        }
      }
    }

    /** An update is changed only in its window; its first start waits for none. */
    private void begun(Step step) {
      var document = device.desired.orElseThrow();
      var deployment = document.deployments().get(step.key().deployment());
      boolean closed =
          deployment != null
              && deployment
                  .update()
                  .maintenanceWindow()
                  .filter(window -> !window.isOpen(device.podman.now, ZoneOffset.UTC))
                  .isPresent();
      boolean disrupts =
          step instanceof Step.Start start && start.unproven() || step instanceof Step.Replace;
      if (closed && disrupts && device.ran.contains(step.key().deployment())) {
        violations.add("outside its window: " + step);
      }
    }

    private void want(DesiredDocument document) {
      device.journal.add("-- wanted: " + images(document));
      device.desired = Optional.of(document);
      proven.removeIf(key -> wanted(key).isEmpty());
    }

    private Fault fault(String call) {
      return random.nextInt(12) > 0
          ? Fault.NONE
          : Fault.values()[random.nextInt(Fault.values().length)];
    }

    /** Time without faults, until every wait is over. */
    private void calm() {
      retry++;
      want(document(false));
      for (int look = 0; look < 60; look++) {
        device.after(look < 20 ? Duration.ofSeconds(1) : Duration.ofSeconds(20));
        prove();
        assertEquals(List.of(), violations);
      }
      var document = device.desired.orElseThrow();
      document.deployments().forEach(this::assertRuns);
      for (var box : device.podman.boxes.values()) {
        var deployment = document.deployments().get(box.key().deployment());
        boolean kept = deployment != null && !allGood(deployment);
        assertTrue(kept || wanted(box.key()).isPresent(), "left over: " + box.name());
      }
    }

    private void assertRuns(String name, Deployment deployment) {
      var services = ((PodmanV0) deployment.score()).services();
      boolean allGood = allGood(deployment);
      for (var service : services) {
        var key = new ServiceKey(name, service.name());
        var boxes = device.podman.of(key);
        if (allGood) {
          assertEquals(1, boxes.size(), () -> "containers of " + key + ": " + boxes);
          assertEquals(key.toString(), boxes.getFirst().name());
          assertEquals(service.spec(), boxes.getFirst().service().spec());
        }
        if (allGood || proven.contains(key)) {
          var working = boxes.stream().filter(ConvergenceTest::works).toList();
          assertFalse(working.isEmpty(), () -> "nothing runs of " + key + ": " + boxes);
        }
        // What never came to be proven may wait beside the old one for what is wanted to be had.
        assertTrue(boxes.size() <= 2, () -> "containers of " + key + ": " + boxes);
        assertTrue(boxes.stream().filter(Box::running).count() <= 1, boxes::toString);
      }
    }

    private void prove() {
      for (var box : device.podman.boxes.values()) {
        boolean steady =
            box.running() && !box.startedAt().orElseThrow().plus(PROOF).isAfter(device.podman.now);
        boolean own = box.name().equals(box.key().toString()) && wanted(box.key()).isPresent();
        if (own && good(box.service().image()) && (steady || done(box))) {
          proven.add(box.key());
        }
      }
    }

    /** What must hold at every single change. */
    private void before(String verb, Box box) {
      var key = box.key();
      boolean mayChange = device.desired.filter(document -> !document.paused()).isPresent();
      if (!mayChange && !verb.equals("start")) {
        violations.add(verb + " of " + box + " while paused");
      }
      if (verb.equals("start")) {
        device.podman.boxes.values().stream()
            .filter(other -> other.running() && !other.id().equals(box.id()))
            .filter(other -> other.key().equals(key) || writesSame(other, box))
            .forEach(other -> violations.add(box + " runs beside " + other));
      }
      if (!proven.contains(key)
          || wanted(key).isEmpty()
          || !good(box.service().image())
          || comesBack(key, box)) {
        return;
      }
      var others = device.podman.of(key).stream().filter(other -> !other.equals(box)).toList();
      if (verb.equals("remove")
          && others.stream().noneMatch(other -> good(other.service().image()))) {
        violations.add("the last that works is removed: " + box + " beside " + others);
      }
      if (verb.equals("stop") && others.isEmpty() && !makesWay(box)) {
        violations.add("stopped with nothing to take over: " + box);
      }
    }

    /** What this service was in the proven version, where that works. */
    private Optional<Proven> before(ServiceKey key) {
      return Optional.ofNullable(device.proven().get(key))
          .filter(before -> good(before.imageId().substring("id-of-".length())));
    }

    /** Where its old container was removed by hand, what is unproven gives way to a new one. */
    private boolean comesBack(ServiceKey key, Box box) {
      return before(key).filter(one -> !one.spec().equals(box.service().spec())).isPresent();
    }

    /** For one of another service that is made, and may not run beside it. */
    private boolean makesWay(Box box) {
      return device.podman.boxes.values().stream()
          .anyMatch(other -> !other.key().equals(box.key()) && writesSame(other, box));
    }

    private Optional<PodmanV0.Service> wanted(ServiceKey key) {
      return device.desired.stream()
          .flatMap(
              document ->
                  Optional.ofNullable(document.deployments().get(key.deployment())).stream())
          .flatMap(deployment -> ((PodmanV0) deployment.score()).services().stream())
          .filter(service -> service.name().equals(key.service()))
          .findFirst();
    }

    private DesiredDocument document(boolean paused) {
      var deployments = new TreeMap<String, Deployment>();
      for (var name : List.of("app", "tool")) {
        if (random.nextInt(6) > 0) {
          deployments.put(name, deployment());
        }
      }
      return new DesiredDocument(new DeviceId("pi-1"), "test/test", paused, deployments);
    }

    /** No two services of one version write the same volume, but of two versions they do. */
    private Deployment deployment() {
      var volumes = random.nextBoolean() ? List.of("a", "b") : List.of("b", "a");
      var db = service("db", volume(volumes.getFirst()));
      var web = volume(volumes.getLast());
      var services =
          random.nextBoolean()
              ? service("web", web)
              : service("web", web + dependency(db)) + "," + db;
      var score = "{\"type\":\"PodmanV0\",\"data\":{\"services\":[" + services + "]}}";
      return new Deployment(
          "uid", 1, Instant.EPOCH, retry, Update.of(json(update())), Score.of(json(score)));
    }

    private String volume(String name) {
      return random.nextInt(3) == 0
          ? ""
          : ",\"volumes\":[{\"name\":\"%s\",\"mountPath\":\"/data\"}]".formatted(name);
    }

    private String update() {
      return switch (random.nextInt(4)) {
        case 0 -> "{\"maintenanceWindow\":{\"schedule\":\"*/2 * * * *\",\"durationMinutes\":1}}";
        case 1 ->
            "{\"lock\":{\"volume\":\"a\",\"file\":\"lock\",\"maxSeconds\":%d}}"
                .formatted(1 + random.nextInt(60));
        default -> "{}";
      };
    }

    /** As far as the other service can come at all. */
    private String dependency(String other) {
      var condition =
          switch (random.nextInt(3)) {
            case 0 -> "Started";
            case 1 -> other.contains("healthcheck") ? "Healthy" : "Started";
            default -> other.contains("Never") ? "Completed" : "Started";
          };
      return random.nextBoolean()
          ? ""
          : ",\"dependsOn\":[{\"service\":\"db\",\"condition\":\"" + condition + "\"}]";
    }

    private String service(String name, String fields) {
      var image =
          switch (random.nextInt(13)) {
            case 0 -> "crash:";
            case 1 -> "broken:";
            case 2 -> "missing:";
            case 3, 4 -> "job:";
            case 5 -> "sick:";
            default -> "good:";
          };
      boolean checked = image.equals("sick:") || image.equals("good:") && random.nextBoolean();
      return "{\"name\":\"%s\",\"image\":\"%s\"%s%s%s}"
          .formatted(
              name,
              image + random.nextInt(3),
              image.equals("job:") ? ",\"restartPolicy\":\"Never\"" : "",
              checked ? ",\"healthcheck\":{\"command\":[\"true\"]}" : "",
              fields);
    }
  }

  private static boolean allGood(Deployment deployment) {
    return ((PodmanV0) deployment.score())
        .services().stream().allMatch(service -> good(service.image()));
  }

  private static boolean good(String image) {
    return image.startsWith("good") || image.startsWith("job");
  }

  private static boolean writesSame(Box one, Box other) {
    return one.key().deployment().equals(other.key().deployment())
        && one.service().storage().volumes().stream()
            .anyMatch(other.service().storage().volumes()::contains);
  }

  private static boolean done(Box box) {
    return box.behaviour().equals("job") && box.exitCode().equals(Optional.of(0));
  }

  /** A job that was cut off has ended, and its policy says that it stays so. */
  private static boolean works(Box box) {
    return box.running() || box.behaviour().equals("job") && box.exitCode().isPresent();
  }

  private static String images(DesiredDocument document) {
    return document.deployments().entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().score() instanceof PodmanV0 score
                    ? score.services().stream()
                        .map(
                            service ->
                                entry.getKey() + "." + service.name() + "=" + service.image())
                    : Stream.of())
        .collect(joining(" ", document.paused() ? "paused " : "", ""));
  }

  private static JsonNode json(String text) {
    try {
      return CanonicalJson.parse(text);
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
