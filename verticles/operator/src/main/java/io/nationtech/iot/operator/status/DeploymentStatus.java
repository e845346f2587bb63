package io.nationtech.iot.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeploymentResource.Target;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A DeviceDeployment's status. */
public final class DeploymentStatus {
  private static final int MAX_FAILURES = 20;
  private static final int MAX_WORD = 128;

  /** Where one targeted device is with this deployment. */
  public enum Place {
    /** No such Device. */
    Missing,
    /** The Device is there, another owner looks after it. */
    Refused,
    /** Ours, but its document can't be written: it would be too large. */
    TooLarge,
    /** Ours, but its document is not written: too many devices would lose deployments. */
    Stopped,
    /** There. */
    Present;

    /** Whether this namespace looks after the device. */
    public boolean isOurs() {
      return this != Missing && this != Refused;
    }
  }

  /**
   * One targeted device.
   *
   * @param observed what it says of this deployment
   */
  public record Member(
      String device,
      Place place,
      boolean offline,
      Optional<ReportedDocument.Deployment> observed) {}

  /**
   * All that it rests on.
   *
   * @param members the targeted devices
   * @param holding connected devices that have not let go yet, while it is being deleted
   */
  public record Facts(
      DeploymentResource deployment,
      JsonNode previous,
      List<Member> members,
      List<String> holding,
      Instant now) {}

  /** The devices of each kind, counted once. */
  record Counts(int targeted, int updated, int ready, int failed, int offline) {}

  private DeploymentStatus() {}

  public static ObjectNode of(Facts facts) {
    var status = JsonNodeFactory.instance.objectNode();
    var counts = counts(facts);
    long generation = facts.deployment().metadata().generation();
    status
        .put("observedGeneration", generation)
        .put("targetedDevices", counts.targeted())
        .put("updatedDevices", counts.updated())
        .put("readyDevices", counts.ready())
        .put("failedDevices", counts.failed())
        .put("offlineDevices", counts.offline());
    var failures = status.putArray("failures");
    facts.members().stream()
        .filter(member -> failed(facts, member))
        .limit(MAX_FAILURES)
        .forEach(member -> failure(failures.addObject(), member));
    Condition.write(
        status.putArray("conditions"),
        conditions(facts, counts),
        facts.previous(),
        generation,
        facts.now());
    return status;
  }

  private static void failure(ObjectNode node, Member member) {
    member
        .observed()
        .ifPresent(
            observed ->
                node.put("device", member.device())
                    .put("reason", word(observed.reason()))
                    .put("message", Condition.cut(observed.message())));
  }

  private static String word(String reason) {
    return reason.isEmpty() ? "Unknown" : Condition.upTo(MAX_WORD, reason);
  }

  private static Counts counts(Facts facts) {
    return new Counts(
        facts.members().size(),
        count(facts, member -> updated(facts, member)),
        count(facts, member -> ready(facts, member)),
        count(facts, member -> failed(facts, member)),
        count(facts, member -> member.place().isOurs() && member.offline()));
  }

  private static int count(Facts facts, Predicate<Member> which) {
    return Math.toIntExact(facts.members().stream().filter(which).count());
  }

  /** What the device says of the very generation that is wanted now. */
  private static Optional<ReportedDocument.Deployment> answer(Facts facts, Member member) {
    var metadata = facts.deployment().metadata();
    return member
        .observed()
        .filter(
            observed ->
                member.place().isOurs()
                    && observed.uid().equals(metadata.uid())
                    && observed.generation() == metadata.generation());
  }

  private static boolean updated(Facts facts, Member member) {
    return answer(facts, member)
        .map(
            observed ->
                switch (observed.phase()) {
                  case Starting, Running, Degraded -> true;
                  case Waiting, Pulling, Stopping, Failed, RolledBack, Unsupported -> false;
                })
        .orElse(false);
  }

  private static boolean ready(Facts facts, Member member) {
    return !member.offline()
        && answer(facts, member)
            .filter(observed -> observed.phase() == ReportedDocument.Phase.Running)
            .isPresent();
  }

  private static boolean failed(Facts facts, Member member) {
    return answer(facts, member)
        .map(
            observed ->
                switch (observed.phase()) {
                  case Failed, RolledBack, Unsupported, Degraded -> true;
                  case Waiting, Pulling, Starting, Running, Stopping -> false;
                })
        .orElse(false);
  }

  private static List<Condition> conditions(Facts facts, Counts counts) {
    var deployment = facts.deployment();
    if (deployment.metadata().deleting()) {
      return conditions("Deleting", Truth.True, Truth.False, waitsFor(facts.holding()));
    }
    if (deployment.target() instanceof Target.NotSupported other) {
      return conditions(
          "TargetNotSupported",
          Truth.False,
          Truth.True,
          "target." + other.kind() + " is not supported yet: name the devices in target.devices");
    }
    var missing = named(facts.members(), Place.Missing);
    if (!missing.isEmpty()) {
      return conditions(
          "DeviceNotFound",
          Truth.of(inProgress(facts, counts)),
          Truth.True,
          "no Device of that name in this namespace: " + some(missing));
    }
    var refused = named(facts.members(), Place.Refused);
    if (!refused.isEmpty()) {
      return conditions(
          "DeviceRefused",
          Truth.of(inProgress(facts, counts)),
          Truth.True,
          "another owner looks after: " + some(refused));
    }
    return notWritten(facts, counts).orElseGet(() -> progress(facts, counts));
  }

  /** A device that runs this generation all the same is none of these. */
  private static Optional<List<Condition>> notWritten(Facts facts, Counts counts) {
    var waiting = facts.members().stream().filter(member -> !ready(facts, member)).toList();
    var large = named(waiting, Place.TooLarge);
    if (!large.isEmpty()) {
      return Optional.of(
          conditions(
              "DocumentTooLarge",
              Truth.of(counts.ready() + large.size() < counts.targeted()),
              Truth.True,
              "all deployments together are too large for: " + some(large)));
    }
    var stopped = named(waiting, Place.Stopped);
    return stopped.isEmpty()
        ? Optional.empty()
        : Optional.of(
            conditions(
                "MassRemovalStopped",
                Truth.False,
                Truth.True,
                "nothing changes on devices that would lose other deployments, as their Devices"
                    + " say: "
                    + some(stopped)));
  }

  private static List<Condition> progress(Facts facts, Counts counts) {
    var sentence =
        counts.ready()
            + " of "
            + counts.targeted()
            + " devices run generation "
            + facts.deployment().metadata().generation();
    if (counts.ready() == counts.targeted()) {
      return List.of(
          new Condition("Ready", Truth.True, "AllDevicesReady", sentence),
          new Condition("Reconciling", Truth.False, "AllDevicesReady", sentence),
          new Condition("Stalled", Truth.False, "AllDevicesReady", sentence));
    }
    if (counts.failed() > 0) {
      var first = facts.members().stream().filter(member -> failed(facts, member)).findFirst();
      var why = first.flatMap(Member::observed).map(o -> o.reason() + ": " + o.message());
      return conditions(
          "DevicesFailed",
          Truth.of(inProgress(facts, counts)),
          Truth.True,
          sentence + "; " + first.map(Member::device).orElse("") + ": " + why.orElse(""));
    }
    return counts.ready() + counts.offline() == counts.targeted()
        ? conditions(
            "DevicesOffline",
            Truth.True,
            Truth.False,
            sentence + ", " + counts.offline() + " not connected")
        : conditions("DevicesChanging", Truth.True, Truth.False, sentence);
  }

  /** Whether anything is still expected to happen by itself. */
  private static boolean inProgress(Facts facts, Counts counts) {
    int present = count(facts, member -> member.place().isOurs());
    return present > counts.ready() + counts.failed();
  }

  private static List<Condition> conditions(
      String reason, Truth reconciling, Truth stalled, String message) {
    return List.of(
        new Condition("Ready", Truth.False, reason, message),
        new Condition("Reconciling", reconciling, reason, message),
        new Condition("Stalled", stalled, reason, message));
  }

  private static List<String> named(List<Member> members, Place place) {
    return members.stream().filter(member -> member.place() == place).map(Member::device).toList();
  }

  private static String waitsFor(List<String> holding) {
    return holding.isEmpty()
        ? "every connected device has let go"
        : holding.size() + " connected devices have yet to let go: " + some(holding);
  }

  private static String some(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(5, names.size())))
        + (names.size() > 5 ? " and " + (names.size() - 5) + " more" : "");
  }
}
