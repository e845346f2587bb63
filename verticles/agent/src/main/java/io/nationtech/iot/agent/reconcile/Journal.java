package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Failure;
import io.nationtech.iot.agent.plan.Refusal;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the person at the device reads: one line a real change, none while nothing changes. */
final class Journal {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");

  private boolean runtimeAway;
  private Map<String, Refusal> refusals = Map.of();

  void accepted(Memory.Known known, boolean changed) {
    if (changed) {
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
          case Step.Start start -> "starting";
          case Step.Replace replace -> "replacing";
          case Step.Promote promote -> "the new container takes over and the old one goes";
          case Step.RollBack back -> "going back to the old version";
          case Step.StartAgain again -> "starting again";
          case Step.Remove remove -> "stopping and removing";
        };
    log.info("{}: {}, {}", step.key(), action, step.reason());
  }

  void phase(ServiceKey key, Phase phase) {
    if (phase == Phase.Pulling) {
      log.info("{}: pulling its image", key);
    }
  }

  void succeeded(Step step) {
    switch (step) {
      case Step.Start start -> log.info("{}: started", start.key());
      case Step.Replace replace ->
          log.info("{}: started; the old container waits until it is proven", replace.key());
      case Step.Remove remove -> log.info("{}: removed", remove.key());
      case Step.Promote promote -> {}
      case Step.RollBack back -> {}
      case Step.StartAgain again -> {}
    }
  }

  void failed(Step step, Failure failure) {
    log.warn(
        "{}: {}: {}; next try at {}",
        step.key(),
        failure.reason(),
        failure.message(),
        failure.retryAt());
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

  void runtimeAway(RuntimeFailure e) {
    if (!runtimeAway) {
      runtimeAway = true;
      log.warn("{}; trying every second, and silent until it is back", e.getMessage());
    }
  }

  void broken(RuntimeException e) {
    log.error("this is a fault of the agent itself; what runs goes on, please report it", e);
  }

  void runtimeBack() {
    if (runtimeAway) {
      runtimeAway = false;
      log.info("podman answers again");
    }
  }
}
