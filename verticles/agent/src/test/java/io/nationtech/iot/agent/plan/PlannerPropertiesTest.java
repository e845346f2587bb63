package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.NOW;
import static io.nationtech.iot.agent.plan.Given.container;
import static io.nationtech.iot.agent.plan.Given.exited;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.startedAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of every plan, whatever the facts; the seed of a broken one is in its message. */
class PlannerPropertiesTest {
  private static final long SEED = 20_261_124;
  private static final int PLANS = 50_000;
  private static final List<String> STATES =
      List.of("running", "running", "exited", "created", "initialized", "removing", "paused");

  @Test
  void ofEveryPlan() {
    for (long seed = SEED; seed < SEED + PLANS; seed++) {
      var facts = facts(new Random(seed));
      var plan = Planner.plan(facts);
      var why = "seed " + seed + ": " + facts + "\n" + plan;
      assertEquals(plan, Planner.plan(facts), why);
      assertOneStepAService(facts, plan, why);
      plan.steps().forEach(step -> assertAllowed(facts, plan, step, why));
      plan.steps().forEach(step -> assertNothingThatWorksIsLost(facts, step, why));
      assertReported(facts, plan, why);
    }
  }

  /** Only what nobody wants may go with several steps at once. */
  private static void assertOneStepAService(Facts facts, Plan plan, String why) {
    var seen = new HashSet<ServiceKey>();
    for (var step : plan.steps()) {
      assertTrue(step.touches().stream().noneMatch(facts.busy()::contains), why);
      assertFalse(facts.waits(step.attempt()), why);
      assertTrue(
          step instanceof Step.Pull || seen.add(step.key()) || !wanted(facts, step.key()), why);
    }
  }

  private static void assertAllowed(Facts facts, Plan plan, Step step, String why) {
    boolean mayChange = facts.desired().filter(desired -> !desired.paused()).isPresent();
    assertTrue(mayChange || step instanceof Step.StartAgain, why);
    var deployment = facts.deployments().get(step.key().deployment());
    if (deployment != null && facts.quarantined(step.key().deployment(), deployment)) {
      assertFalse(step instanceof Step.Start || step instanceof Step.Replace, why);
    } else if (plan.refusals().containsKey(step.key().deployment())) {
      assertTrue(step instanceof Step.StartAgain, why);
    }
  }

  private static void assertNothingThatWorksIsLost(Facts facts, Step step, String why) {
    if (!wanted(facts, step.key())) {
      return;
    }
    var all = facts.observed(step.key());
    switch (step) {
      case Step.Pull pull -> {}
      case Step.Start start -> assertTrue(all.isEmpty(), why);
      case Step.Replace replace -> {
        assertTrue(ran(replace.old()), why);
        assertFalse(replace.superseded().stream().anyMatch(ObservedContainer::proven), why);
      }
      case Step.Promote promote -> {
        assertFalse(promote.replaced().contains(promote.proven()), why);
        assertTrue(
            promote.proven().running()
                || promote.proven().done()
                || promote.replaced().stream().noneMatch(PlannerPropertiesTest::ran),
            why);
      }
      case Step.RollBack back -> {
        assertFalse(back.old().equals(Optional.of(back.failed())), why);
        assertFalse(back.failed().proven(), why);
        assertTrue(
            back.old().filter(old -> !ran(old)).isEmpty()
                || all.stream().noneMatch(PlannerPropertiesTest::ran),
            why);
      }
      case Step.Restore restore -> {
        assertTrue(restore.proven().settled(), why);
        assertFalse(restore.others().contains(restore.proven()), why);
      }
      case Step.StartAgain again ->
          assertTrue(again.container().ended() || again.container().unhealthy(), why);
      case Step.Remove remove ->
          assertTrue(
              !ran(remove.container())
                  || all.stream()
                      .anyMatch(other -> !other.equals(remove.container()) && ran(other)),
              why);
    }
  }

  private static void assertReported(Facts facts, Plan plan, String why) {
    var reported = Reporter.report(facts, plan, Map.of());
    facts
        .deployments()
        .forEach(
            (name, deployment) -> {
              var said = reported.get(name);
              boolean runs =
                  facts.observed().stream()
                      .filter(container -> container.key().deployment().equals(name))
                      .anyMatch(container -> container.running() || container.done());
              assertTrue(said != null && (said.phase() != Phase.Running || runs), why);
            });
  }

  /** It ran, and its removal was not begun. */
  private static boolean ran(ObservedContainer container) {
    return !container.neverRan() && !container.leaving();
  }

  private static boolean wanted(Facts facts, ServiceKey key) {
    var deployment = facts.deployments().get(key.deployment());
    return deployment != null
        && deployment.score() instanceof PodmanV0 score
        && score.services().stream().anyMatch(service -> service.name().equals(key.service()));
  }

  private static Facts facts(Random random) {
    var given = new Given();
    for (var name : List.of("app", "tool")) {
      if (random.nextInt(5) > 0) {
        wants(given, name, random);
      }
      for (var service : List.of("web", "db")) {
        has(given, name, service, random);
      }
    }
    if (random.nextInt(8) == 0) {
      given.paused();
    }
    return given.facts();
  }

  private static void wants(Given given, String name, Random random) {
    var services =
        random.nextBoolean()
            ? new String[] {spec("web", random)}
            : new String[] {spec("web", random), spec("db", random)};
    given.wants(name, services);
    if (random.nextInt(6) == 0) {
      given.quarantined(name);
    }
  }

  private static void has(Given given, String name, String service, Random random) {
    var spec = spec(service, random);
    if (random.nextInt(3) > 0) {
      given.has(any(name + "." + service, random, spec));
    }
    for (var suffix : List.of(".next", ".next2")) {
      // Two containers of one service are never made from one spec.
      var other = service(service, "hello:" + suffix + random.nextInt(2));
      if (random.nextInt(4) == 0) {
        given.has(any(name + "." + service + suffix, random, other));
      } else if (random.nextInt(3) == 0) {
        given.wants(name, other);
      }
    }
    if (random.nextInt(6) == 0) {
      given.busy(name, service);
    }
    if (random.nextInt(4) == 0) {
      given.untried(name, service, spec);
    }
    if (random.nextInt(4) == 0) {
      var failedAt = NOW.minusSeconds(random.nextInt(4));
      var what = random.nextBoolean() ? spec : "id-of-" + name + "." + service;
      given.failed(name, service, what, Failure.after(null, "RuntimeError", "no", failedAt));
    }
  }

  private static ObservedContainer any(String name, Random random, String spec) {
    var state = STATES.get(random.nextInt(STATES.size()));
    return switch (state) {
      case "exited" -> exited(name, spec, random.nextInt(2));
      case "running" ->
          startedAt(container(name, spec, state), NOW.minus(Duration.ofSeconds(random.nextInt(6))));
      default -> container(name, spec, state);
    };
  }

  private static String spec(String service, Random random) {
    var image = "hello:" + random.nextInt(3);
    return switch (random.nextInt(6)) {
      case 0 -> service(service, image, "\"restartPolicy\":\"Never\"");
      case 1 -> service(service, image, "\"restartPolicy\":\"OnFailure\"");
      case 2 -> service(service, image, "\"privileged\":true");
      default -> service(service, image);
    };
  }
}
