package io.nationtech.iot.operator.desired;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.operator.desired.Desired.Facts;
import io.nationtech.iot.operator.resource.DeviceResource;
import java.util.EnumMap;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every decision, whatever the resources; the seed is fixed and printed. */
class RandomResourcesTest {
  private static final long SEED = 20_261_124;
  private static final int SITUATIONS = 100_000;

  private enum Kind {
    UNCLAIMED,
    FOREIGN,
    KEEP,
    WRITE,
    TOO_LARGE
  }

  @Test
  void everyDecisionIsSound() throws Exception {
    var random = new RandomFacts(new Random(SEED));
    var seen = new EnumMap<Kind, Integer>(Kind.class);
    for (int i = 0; i < SITUATIONS; i++) {
      var facts = random.next();
      var decision = Desired.decide(facts);
      assertEquals(decision, Desired.decide(facts), "the same facts give the same decision");
      seen.merge(check(facts, decision), 1, Integer::sum);
    }
    System.out.printf("seed %d: %s%n", SEED, seen);
    for (var kind : new Kind[] {Kind.UNCLAIMED, Kind.FOREIGN, Kind.KEEP, Kind.WRITE}) {
      assertTrue(seen.getOrDefault(kind, 0) > SITUATIONS / 200, () -> kind + " in " + seen);
    }
  }

  private static Kind check(Facts facts, Decision decision) throws Exception {
    return switch (decision) {
      case Decision.Unclaimed unclaimed -> {
        assertTrue(facts.claims().isEmpty());
        yield Kind.UNCLAIMED;
      }
      case Decision.Foreign foreign -> {
        assertTrue(facts.claims().stream().noneMatch(c -> owner(c).equals(foreign.owner())));
        yield Kind.FOREIGN;
      }
      case Decision.Keep keep -> {
        ours(facts);
        complete(facts, keep.document());
        yield Kind.KEEP;
      }
      case Decision.Write write -> {
        ours(facts);
        complete(facts, write.document());
        written(facts, write);
        yield Kind.WRITE;
      }
      case Decision.TooLarge large -> Kind.TOO_LARGE;
    };
  }

  private static String owner(DeviceResource claim) {
    return Desired.owner("central", claim.key().namespace());
  }

  /** A document of another owner is neither kept as ours nor written. */
  private static void ours(Facts facts) {
    var owner =
        facts.stored() instanceof Stored.Known known
            ? Optional.of(known.document().owner())
            : facts.stored() instanceof Stored.Undecodable bad && bad.owner().isPresent()
                ? bad.owner()
                : facts.memory().owner();
    assertTrue(
        owner.isEmpty()
            || facts.claims().stream().anyMatch(claim -> owner(claim).equals(owner.get())),
        owner::toString);
  }

  /** A deployment that names the device is in its document, unless it is on its way out. */
  private static void complete(Facts facts, DesiredDocument document) {
    boolean handedOver =
        facts.claims().stream()
            .anyMatch(claim -> claim.transferTo().equals(Optional.of(document.owner())));
    for (var deployment : facts.deployments()) {
      boolean here =
          document.owner().equals(Desired.owner("central", deployment.key().namespace()));
      if (here && !handedOver && deployment.targets(facts.device().value())) {
        var entry = document.deployments().get(deployment.key().name());
        assertEquals(!deployment.metadata().deleting(), entry != null);
        if (entry != null) {
          assertEquals(deployment.metadata().uid(), entry.uid());
          assertEquals(deployment.score(), entry.score().json());
        }
      }
    }
  }

  private static void written(Facts facts, Decision.Write write) throws MalformedDocumentException {
    assertEquals(facts.stored().revision(), write.expected());
    var decoded = DesiredDocument.decode(facts.device(), write.json().getBytes(UTF_8));
    assertEquals(write.json(), decoded.encode());
    assertEquals(write.document().deployments().keySet(), decoded.deployments().keySet());
    write
        .unexplained()
        .forEach(name -> assertTrue(!write.document().deployments().containsKey(name)));
    var again = Desired.decide(RandomFacts.stored(facts, write.json(), write.expected() + 1));
    if (write.document().owner().equals(Desired.owner("central", "handed"))) {
      assertInstanceOf(Decision.Foreign.class, again);
    }
  }
}
