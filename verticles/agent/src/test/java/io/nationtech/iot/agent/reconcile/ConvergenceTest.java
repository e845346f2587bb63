package io.nationtech.iot.agent.reconcile;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.PlayedPodman.Box;
import io.nationtech.iot.agent.reconcile.PlayedPodman.Fault;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.Score;
import java.time.Duration;
import java.time.Instant;
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
  private static final int LIVES = 3_000;
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
      calm();
    }

    private void happen() {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> want(document(random.nextInt(8) == 0));
        case 5 -> device.podman.registryAway = !device.podman.registryAway;
        case 6 -> {
          device.journal.add("-- the power goes");
          device.podman.powerCut();
        }
        case 7 -> device.podman.agentDead = true;
        default -> {}
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
      if (!proven.contains(key) || wanted(key).isEmpty() || !good(box.service().image())) {
        return;
      }
      var others = device.podman.of(key).stream().filter(other -> !other.equals(box)).toList();
      if (verb.equals("remove")
          && others.stream().noneMatch(other -> good(other.service().image()))) {
        violations.add("the last that works is removed: " + box + " beside " + others);
      }
      if (verb.equals("stop") && others.isEmpty()) {
        violations.add("stopped with nothing to take over: " + box);
      }
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

    private Deployment deployment() {
      var db = service("db", "");
      var services =
          random.nextBoolean() ? service("web", "") : service("web", dependency(db)) + "," + db;
      var score = "{\"type\":\"PodmanV0\",\"data\":{\"services\":[" + services + "]}}";
      return new Deployment("uid", 1, Instant.EPOCH, retry, json("{}"), Score.of(json(score)));
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
