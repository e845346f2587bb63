package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Attempt;
import io.nationtech.iot.agent.plan.Failure;
import io.nationtech.iot.agent.plan.Refusal;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the person at the device reads: one line a real change, none while nothing changes. */
final class Journal {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  /** What went wrong last: the same again is no news. */
  private final Map<Attempt, String> failing = new HashMap<>();

  /** Services whose step under way is such a repetition. */
  private final Set<ServiceKey> quiet = new HashSet<>();

  private String mistake = "";
  private boolean runtimeAway;
  private Map<String, Refusal> refusals = Map.of();
  private Map<String, Refusal> held = Map.of();

  void accepted(Memory.Known known, boolean changed) {
    if (changed) {
      failing.clear();
      var names = known.document().deployments().keySet();
      log.info(
          "new desired document (revision {}): {}{}",
          known.revision(),
          names.isEmpty() ? "nothing has to run here" : String.join(", ", names) + " must run",
          known.document().paused() ? "; paused, so nothing is changed" : "");
    }
  }

  void began(Step step) {
    var action =
        switch (step) {
          case Step.Pull pull -> "looking for its image";
          case Step.Start start -> "starting";
          case Step.Replace replace -> "replacing";
          case Step.Promote promote -> "the new container takes over and the old one goes";
          case Step.RollBack back -> "going back to the old version";
          case Step.Restore restore -> "going back to the container that ran before";
          case Step.StartAgain again -> "starting again";
          case Step.Remove remove -> "stopping and removing";
        };
    if (step instanceof Step.Pull) {
      // Most images are here already, and a pull is told of when it begins.
      log.debug("{}: {}", step.key(), action);
    } else if (failing.containsKey(step.attempt())) {
      quiet.add(step.key());
      log.debug("{}: {} once more, {}", step.key(), action, step.reason());
    } else {
      quiet.remove(step.key());
      log.info("{}: {}, {}", step.key(), action, step.reason());
    }
  }

  void phase(ServiceKey key, Phase phase) {
    if (phase == Phase.Pulling && !quiet.contains(key)) {
      log.info("{}: pulling its image", key);
    }
  }

  void succeeded(Step step) {
    failing.remove(step.attempt());
    switch (step) {
      case Step.Pull pull -> {}
      case Step.Start start -> log.info("{}: started", start.key());
      case Step.Replace replace ->
          log.info("{}: started; the old container waits until it is proven", replace.key());
      case Step.Remove remove -> log.info("{}: removed", remove.key());
      case Step.Promote promote -> {}
      case Step.RollBack back -> {}
      case Step.Restore restore -> log.info("{}: runs again", restore.key());
      case Step.StartAgain again -> {}
    }
  }

  void failed(Step step, Failure failure) {
    var what = failure.reason() + ": " + failure.message();
    if (!what.equals(failing.put(step.attempt(), what))) {
      log.warn(
          "{}: {}; tried again, at least every 5 minutes, and silent until something changes",
          step.key(),
          what);
    }
  }

  void noLongerWanted(Step step) {
    log.info("{}: something else is wanted by now", step.key());
  }

  void rolledBack(Step step, ReplacementFailed e) {
    log.warn(
        "{}: {}; the old version runs again, and this version is not tried again",
        step.key(),
        e.getMessage());
  }

  void refused(Map<String, Refusal> now) {
    now.forEach(
        (name, refusal) -> {
          if (!refusal.equals(refusals.get(name))) {
            log.warn("{}: not carried out, what ran runs on: {}", name, refusal.message());
          }
        });
    refusals = now;
  }

  void held(Map<String, Refusal> now) {
    now.forEach(
        (name, hold) -> {
          if (!hold.equals(held.get(name))) {
            log.info("{}: {}; what ran runs on", name, hold.message());
          }
        });
    held = now;
  }

  /** A mistake of this program: once with all that is known of it. */
  void undecided(RuntimeException e) {
    if (!e.toString().equals(mistake)) {
      mistake = e.toString();
      log.error("this agent can't decide what to do, what runs goes on", e);
    }
  }

  void runtimeAway(RuntimeFailure e) {
    if (!runtimeAway) {
      runtimeAway = true;
      log.warn("{}; trying every second, and silent until it is back", e.getMessage());
    }
  }

  void runtimeBack() {
    if (runtimeAway) {
      runtimeAway = false;
      log.info("podman answers again");
    }
  }
}
