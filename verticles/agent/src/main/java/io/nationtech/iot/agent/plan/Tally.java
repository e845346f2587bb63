package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0;
import java.util.stream.Stream;

/**
 * How many services do what they should.
 *
 * @param running of those that are wanted, in whichever version; done counts too
 * @param paused nothing is changed on this device
 */
public record Tally(int running, int wanted, boolean paused) {

  public static Tally of(Facts facts) {
    var wanted = wanted(facts).toList();
    long running =
        wanted.stream()
            .filter(key -> facts.observed(key).stream().anyMatch(Tally::doesWhatItShould))
            .count();
    return new Tally((int) running, wanted.size(), facts.paused());
  }

  /** The services of every deployment that this agent knows how to run. */
  public static Stream<ServiceKey> wanted(Facts facts) {
    return facts.deployments().entrySet().stream()
        .filter(entry -> entry.getValue().score() instanceof PodmanV0)
        .flatMap(
            entry ->
                ((PodmanV0) entry.getValue().score())
                    .services().stream()
                        .map(service -> new ServiceKey(entry.getKey(), service.name())));
  }

  private static boolean doesWhatItShould(ObservedContainer container) {
    return container.running() || container.done();
  }
}
