package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.RestartPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One container of this agent, as podman reports it.
 *
 * @param spec the JSON it was made from, out of its label
 * @param imageId of the image it was made from, whatever its tag says by now
 * @param state podman's own word
 * @param exitCode of its last end; empty where it never ended, and where it ended with the machine
 * @param notEnforced fields of its resources that this machine can't enforce
 */
public record ObservedContainer(
    String id,
    String name,
    ServiceKey key,
    String spec,
    String state,
    String health,
    String image,
    String imageDigest,
    String imageId,
    Optional<Instant> startedAt,
    int restarts,
    Optional<Integer> exitCode,
    List<String> notEnforced) {

  /** How long a container may take to end where its author did not say. */
  public static final int STOP_TIMEOUT_SECONDS = 300;

  /** The service's own container, not one that still has to prove itself beside it. */
  public boolean settled() {
    return name.equals(key.toString());
  }

  /** It was made from this very version of its service. */
  boolean isMadeFrom(Service service) {
    return key.service().equals(service.name()) && spec.equals(service.spec());
  }

  public boolean running() {
    return state.equals("running");
  }

  /** Made, and never started: nothing to go back to. */
  public boolean neverRan() {
    return ended() && startedAt.isEmpty();
  }

  /** It ran as the service's own container. */
  boolean proven() {
    return settled() && !neverRan() && !leaving();
  }

  /** Its removal was begun, and where podman died over it, nothing else can be done with it. */
  public boolean leaving() {
    return state.equals("removing");
  }

  /** Over: it ran, or could not be started; not merely between two states. */
  public boolean ended() {
    return state.equals("exited")
        || state.equals("created")
        || state.equals("initialized")
        || state.equals("stopped")
        || state.equals("dead");
  }

  /** How its health is looked at; empty where its author did not ask for that. */
  public Optional<HealthRule> healthRule() {
    return PodmanV0.service(spec).flatMap(Service::healthcheck).map(HealthRule::of);
  }

  /** It runs, and nobody wants more or it is known to be well. */
  boolean healthy() {
    return running() && (health.equals("healthy") || healthRule().isEmpty());
  }

  /** It runs, and is known to be ill. */
  boolean unhealthy() {
    return running() && health.equals("unhealthy") && healthRule().isPresent();
  }

  /** The same, but for its health. */
  public ObservedContainer withHealth(String other) {
    return new ObservedContainer(
        id,
        name,
        key,
        spec,
        state,
        other,
        image,
        imageDigest,
        imageId,
        startedAt,
        restarts,
        exitCode,
        notEnforced);
  }

  /** It ran when the machine lost its power, or podman's service was killed with it. */
  public boolean cutOff() {
    return ended() && !neverRan() && exitCode.isEmpty();
  }

  /** It was not to run for ever, and ended well. */
  public boolean done() {
    return ended() && exitCode.equals(Optional.of(0)) && restartPolicy() != RestartPolicy.Always;
  }

  /** A start that is still to come means that the clock was set back: nobody knows, so it did. */
  boolean hasRunFor(Duration time, Instant now) {
    return startedAt.filter(at -> !at.plus(time).isAfter(now) || at.isAfter(now)).isPresent();
  }

  /** How it ended, for a sentence. */
  String ending() {
    return exitCode
        .map(code -> "it ended with exit code " + code)
        .orElse("it ended with the machine");
  }

  public RestartPolicy restartPolicy() {
    return PodmanV0.service(spec).flatMap(Service::restartPolicy).orElse(RestartPolicy.Always);
  }

  /** It ended by itself, and its policy is to start it again. */
  boolean isToRunAgain() {
    return switch (restartPolicy()) {
      case RestartPolicy.Always -> true;
      case RestartPolicy.OnFailure -> !done();
      case RestartPolicy.Never -> false;
    };
  }

  /** How long it may take to end before it is killed. */
  public Duration stopTimeout() {
    return Duration.ofSeconds(
        PodmanV0.service(spec)
            .flatMap(service -> service.process().stopTimeoutSeconds())
            .orElse(STOP_TIMEOUT_SECONDS));
  }
}
