package io.nationtech.iot.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Shown;
import io.nationtech.iot.operator.resource.DeviceResource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A Device's status. */
public final class DeviceStatus {
  /** Why a Device is not ready while nothing is wrong. */
  static final String CHANGING = "DeploymentsChanging";

  /** There only while it is so. */
  static final String IDENTITY_REFUSED = "IdentityRefused";

  /** The same. */
  static final String IDENTITY_INCOMPLETE = "IdentityIncomplete";

  private static final int MAX_DEPLOYMENTS = 64;
  private static final int MAX_WORD = 128;

  /**
   * All that it rests on.
   *
   * @param previous the status as last written
   * @param refusal of a second identity, where it still counts
   */
  public record Facts(
      DeviceResource device,
      JsonNode previous,
      Standing standing,
      Optional<DesiredDocument> desired,
      Connection connection,
      Report report,
      Optional<Refusal> refusal,
      Instant now) {}

  private DeviceStatus() {}

  public static ObjectNode of(Facts facts) {
    var status = JsonNodeFactory.instance.objectNode();
    long generation = facts.device().metadata().generation();
    status.put("observedGeneration", generation);
    lastSeen(facts).ifPresent(time -> status.put("lastSeenTime", time));
    facts.report().said().ifPresent(document -> describe(status, document));
    var conditions = new ArrayList<>(List.of(connected(facts), ready(facts)));
    refused(facts).ifPresent(conditions::add);
    incomplete(facts).ifPresent(conditions::add);
    Condition.write(
        status.putArray("conditions"), conditions, facts.previous(), generation, facts.now());
    return status;
  }

  /** Moves only with Connected: heartbeats never reach etcd. */
  private static Optional<String> lastSeen(Facts facts) {
    var connected = connected(facts);
    var unchanged =
        Condition.find(facts.previous(), connected.type())
            .filter(before -> before.path("status").asText().equals(connected.status().name()));
    var before = lastSeenBefore(facts);
    var seen =
        switch (facts.connection()) {
          case Connection.Connected now -> Optional.of(now.at());
          case Connection.Offline offline -> offline.last();
          case Connection.Unknown unknown -> Optional.<Instant>empty();
        };
    return unchanged.isPresent() && before.isPresent()
        ? before
        : seen.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString()).or(() -> before);
  }

  private static void describe(ObjectNode status, ReportedDocument report) {
    status.putObject("agent").put("version", word(report.agent().version()));
    status
        .putObject("host")
        .put("architecture", word(report.host().architecture()))
        .put("os", word(report.host().os()))
        .put("podmanVersion", word(report.host().podmanVersion()));
    var deployments = status.putArray("deployments");
    report.deployments().entrySet().stream()
        .limit(MAX_DEPLOYMENTS)
        .forEach(
            entry ->
                deployments
                    .addObject()
                    .put("name", entry.getKey())
                    .put("generation", entry.getValue().generation())
                    .put("phase", entry.getValue().phase().name()));
  }

  private static String word(String text) {
    return Condition.upTo(MAX_WORD, text);
  }

  private static Condition connected(Facts facts) {
    return switch (facts.connection()) {
      case Connection.Connected now ->
          new Condition("Connected", Truth.True, "HeartbeatReceived", "");
      case Connection.Offline offline -> offline(facts, offline);
      case Connection.Unknown unknown ->
          new Condition(
              "Connected",
              Truth.Unknown,
              "Listening",
              "this operator has not listened for three intervals yet");
    };
  }

  /** An operator that was started again has only the status to tell when the device was there. */
  private static Condition offline(Facts facts, Connection.Offline offline) {
    return offline
        .last()
        .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
        .or(() -> lastSeenBefore(facts))
        .map(
            at ->
                new Condition(
                    "Connected", Truth.False, "HeartbeatsMissed", "last heard of at " + at))
        .orElseGet(
            () ->
                new Condition(
                    "Connected",
                    Truth.False,
                    "NeverConnected",
                    "the device was not heard of since this operator listens"));
  }

  private static Optional<String> lastSeenBefore(Facts facts) {
    return Optional.ofNullable(facts.previous().path("lastSeenTime").textValue());
  }

  /** Only the owner's business: it alone can say whose the device is. */
  private static Optional<Condition> refused(Facts facts) {
    return facts
        .refusal()
        .filter(refusal -> !(facts.standing() instanceof Standing.Refused))
        .map(
            refusal ->
                new Condition(
                    IDENTITY_REFUSED,
                    Truth.True,
                    "SecondIdentity",
                    Shown.shown(refusal.stranger())
                        + ", asked to come in as this device and was refused; if the device is to"
                        + " be theirs, say so in spec.identity"));
  }

  private static Optional<Condition> incomplete(Facts facts) {
    return facts
        .device()
        .badIdentity()
        .filter(problem -> !(facts.standing() instanceof Standing.Refused))
        .map(
            problem ->
                new Condition(
                    IDENTITY_INCOMPLETE,
                    Truth.True,
                    IDENTITY_INCOMPLETE,
                    "spec.identity is not written, what was written before stays: " + problem));
  }

  private static Condition ready(Facts facts) {
    return switch (facts.standing()) {
      case Standing.Held held -> held(facts);
      case Standing.Refused refused ->
          notReady(
              "ClaimedElsewhere",
              "the device belongs to "
                  + refused.owner()
                  + ", which alone can hand it over (annotation transfer-to)");
      case Standing.TooLarge large ->
          notReady(
              "DocumentTooLarge",
              "all deployments together are "
                  + large.bytes()
                  + " bytes, the device keeps the last");
      case Standing.Stopped stopped ->
          notReady(
              "MassRemovalStopped",
              stopped.losing()
                  + " of "
                  + stopped.devices()
                  + " devices would lose deployments that nobody was seen to delete; they keep what"
                  + " runs. If it is meant, start the operator with --allow-mass-removal");
    };
  }

  private static Condition held(Facts facts) {
    if (facts.connection() instanceof Connection.Offline) {
      return new Condition("Ready", Truth.Unknown, "DeviceOffline", "the device is not connected");
    }
    return switch (facts.report()) {
      case Report.None none ->
          new Condition("Ready", Truth.Unknown, "NotReported", "the device has said nothing yet");
      case Report.Undecodable bad ->
          new Condition(
              "Ready",
              Truth.Unknown,
              "ReportUndecodable",
              "what the device reported " + bad.problem());
      case Report.Known known -> deployments(facts.desired(), known.document());
    };
  }

  private static Condition deployments(Optional<DesiredDocument> desired, ReportedDocument report) {
    var wanted = desired.map(DesiredDocument::deployments).orElseGet(TreeMap::new);
    var failed = new ArrayList<String>();
    var changing = new ArrayList<String>();
    wanted.forEach(
        (name, deployment) -> {
          switch (phase(deployment, Optional.ofNullable(report.deployments().get(name)))) {
            case Running -> {}
            case Failed, RolledBack, Unsupported, Degraded -> failed.add(name);
            case Waiting, Pulling, Starting, Stopping -> changing.add(name);
          }
        });
    if (!failed.isEmpty()) {
      return notReady("DeploymentsNotReady", "not running: " + some(failed));
    }
    return changing.isEmpty()
        ? new Condition(
            "Ready", Truth.True, "AllDeploymentsReady", wanted.size() + " deployments run")
        : notReady(CHANGING, "not running yet: " + some(changing));
  }

  /** What the device says of another version is no answer. */
  private static Phase phase(
      DesiredDocument.Deployment wanted, Optional<ReportedDocument.Deployment> said) {
    return said.filter(
            answer ->
                answer.uid().equals(wanted.uid()) && answer.generation() == wanted.generation())
        .map(ReportedDocument.Deployment::phase)
        .orElse(Phase.Waiting);
  }

  private static String some(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(5, names.size())));
  }

  private static Condition notReady(String reason, String message) {
    return new Condition("Ready", Truth.False, reason, message);
  }
}
