package io.nationtech.iot.operator.desired;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.operator.desired.Desired.Facts;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.resource.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Facts as no person would think of them: few names, so that they meet. */
final class RandomFacts {
  private static final List<String> NAMESPACES = List.of("a", "b", "c");
  private static final List<String> OWNERS =
      List.of("central/a", "central/b", "central/c", "central/handed", "far/a");
  private static final List<String> NAMES = List.of("hello", "two", "three");
  private static final String DEVICE = "pi-1";

  private final Random random;

  RandomFacts(Random random) {
    this.random = random;
  }

  /** The same facts once {@code json} stands in KV. */
  static Facts stored(Facts facts, String json, long revision) {
    return new Facts(
        facts.cluster(),
        facts.device(),
        facts.claims(),
        facts.deployments(),
        Stored.of(facts.device(), json.getBytes(UTF_8), revision),
        facts.memory(),
        facts.ended(),
        facts.now());
  }

  Facts next() {
    var facts =
        new Facts(
            "central",
            Situation.PI,
            some(NAMESPACES, this::device),
            deployments(),
            stored(),
            memory(),
            chance(2) ? Set.of("uid-hello-0", "uid-two-1") : Set.of(),
            Situation.NOW);
    // What is decided now is often what stands in KV already.
    return chance(3) && Desired.decide(facts) instanceof Decision.Write write
        ? stored(facts, write.json(), 99)
        : facts;
  }

  private Memory memory() {
    return switch (random.nextInt(6)) {
      case 0 -> new Memory(Optional.of(one(OWNERS)), Optional.empty());
      case 1, 2 -> Memory.of(document(one(OWNERS)));
      default -> Memory.NOTHING;
    };
  }

  private DeviceResource device(int namespace) {
    var created = Given.CREATED.plusSeconds(random.nextInt(3));
    var device = Given.device(NAMESPACES.get(namespace), DEVICE, created);
    var paused = chance(4) ? Given.paused(device) : device;
    return chance(4) ? Given.handedTo(paused, one(OWNERS)) : paused;
  }

  private List<DeploymentResource> deployments() {
    var all = new ArrayList<DeploymentResource>();
    for (var namespace : NAMESPACES) {
      all.addAll(some(NAMES, name -> deployment(namespace, NAMES.get(name))));
    }
    return all;
  }

  private DeploymentResource deployment(String namespace, String name) {
    var uid = uid(name);
    long generation = 1 + random.nextInt(3);
    var deployment =
        chance(4)
            ? Given.grouped(namespace, name, uid, generation)
            : Given.deployment(namespace, name, uid, generation, one(List.of(DEVICE, "pi-2")));
    var scored = Given.running(deployment, Given.score("hello:" + random.nextInt(3)));
    return chance(5) ? Given.deleting(scored) : scored;
  }

  private String uid(String name) {
    return "uid-" + name + "-" + random.nextInt(2);
  }

  private Stored stored() {
    return switch (random.nextInt(6)) {
      case 0 -> new Stored.Nothing(random.nextInt(2));
      case 1 -> Stored.of(Situation.PI, "{\"owner\":".getBytes(UTF_8), 3);
      case 2 -> Stored.of(Situation.PI, undecodable(), 4);
      default -> Stored.of(Situation.PI, document(one(OWNERS)).encode().getBytes(UTF_8), 5);
    };
  }

  private byte[] undecodable() {
    return "{\"owner\":\"%s\"}".formatted(one(OWNERS)).getBytes(UTF_8);
  }

  private DesiredDocument document(String owner) {
    var entries = new TreeMap<String, DesiredDocument.Deployment>();
    for (var name : some(NAMES, NAMES::get)) {
      var entry = new Situation().entry(name, uid(name));
      entries.put(entry.getKey(), entry.getValue());
    }
    return new DesiredDocument(Situation.PI, owner, chance(4), entries);
  }

  private boolean chance(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private <T> List<T> some(List<?> all, IntFunction<T> make) {
    var chosen = new ArrayList<T>();
    for (int i = 0; i < all.size(); i++) {
      if (chance(2)) {
        chosen.add(make.apply(i));
      }
    }
    return chosen;
  }
}
