package io.nationtech.iot.agent.plan;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.PulledImages.Pulled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which images go, and which never do. */
class GarbageTest {
  private static final Instant NOW = Instant.parse("2026-11-25T04:00:00Z");
  private static final long ALL = Long.MAX_VALUE;

  private final List<StoredImage> stored = new ArrayList<>();
  private final Map<String, Pulled> pulled = new TreeMap<>();
  private final Set<String> used = new TreeSet<>();
  private final Set<String> kept = new TreeSet<>();

  @Test
  void theOldestPullGoesFirstAndNoMoreThanHasTo() {
    pulled("new", 3, 10);
    pulled("old", 1, 10);
    pulled("middle", 2, 10);
    assertEquals(List.of(), going(0));
    assertEquals(List.of("old"), going(10));
    assertEquals(List.of("old", "middle"), going(11));
    assertEquals(List.of("old", "middle", "new"), going(ALL));
  }

  @Test
  void whatTheAgentDidNotPullStays() {
    stored.add(new StoredImage("person", Set.of("person:1"), 10));
    assertEquals(List.of(), going(ALL));
  }

  @Test
  void whatAnyContainerIsMadeOfStays() {
    pulled("running", 1, 10);
    used.add("running");
    assertEquals(List.of(), going(ALL));
  }

  @Test
  void whatIsWantedStaysByItsNameAndByItsId() {
    pulled("by-name", 1, 10);
    pulled("by-id", 1, 10);
    kept.addAll(Set.of("by-name:1", "by-id"));
    assertEquals(List.of(), going(ALL));
  }

  @Test
  void whatLostItsNameToANewerPullIsTheAgentsStill() {
    stored.add(new StoredImage("dangling", Set.of(), 10));
    pulled.put("dangling", new Pulled(Set.of("app:1"), NOW));
    assertEquals(List.of("dangling"), going(ALL));
  }

  @Test
  void whatAPersonGaveAnotherNameIsThePersons() {
    stored.add(new StoredImage("both", Set.of("app:1", "keep:this"), 10));
    pulled.put("both", new Pulled(Set.of("app:1"), NOW));
    assertEquals(List.of(), going(ALL));
  }

  @Test
  void ofAnythingNothingGoesThatIsForeignUsedOrWantedAndEnoughGoesIfThereIsEnough() {
    for (int seed = 0; seed < 2000; seed++) {
      anything(new Random(seed));
      long bytes = new Random(seed).nextInt(100);
      var going = new Garbage(stored, pulled, used, kept).toFree(bytes);
      var ids = going.stream().map(StoredImage::id).collect(toSet());
      assertTrue(pulled.keySet().containsAll(ids), "seed " + seed);
      assertTrue(ids.stream().noneMatch(used::contains), "seed " + seed);
      for (var image : going) {
        assertFalse(kept.contains(image.id()), "seed " + seed);
        assertTrue(image.names().stream().noneMatch(kept::contains), "seed " + seed);
      }
      long freed = going.stream().mapToLong(StoredImage::size).sum();
      assertTrue(freed >= bytes || ids.equals(Set.copyOf(going(ALL))), "seed " + seed);
      assertTrue(
          going.isEmpty() || freed - going.getLast().size() < bytes, "no more than has to go");
    }
  }

  @Test
  void aDiskIsAboveItsThresholdByWhatHasToGo() {
    assertEquals(0, new DiskSpace(20, 80).above(80));
    assertEquals(10, new DiskSpace(10, 90).above(80));
    assertEquals(90, new DiskSpace(10, 90).percent());
    assertEquals(1, new DiskSpace(999, 1).percent());
    assertEquals(0, new DiskSpace(0, 0).percent());
    assertEquals(50, new DiskSpace(500, 500).floor());
    assertEquals(64 << 20, new DiskSpace(0, 1L << 40).floor());
  }

  @Test
  void whatWasHereBeforeTheAgentPulledItIsNotTheAgents() {
    var before = PulledImages.NONE.begun("app:1");
    assertEquals(Set.of("app:1"), before.unfinished());
    assertEquals(PulledImages.NONE, before.finished("app:1", "id", false, NOW));
    var ours = before.finished("app:1", "id", true, NOW);
    assertEquals(new Pulled(Set.of("app:1"), NOW), ours.images().get("id"));
    var again = ours.finished("app:latest", "id", false, NOW.plusSeconds(1));
    assertEquals(
        new Pulled(Set.of("app:1", "app:latest"), NOW.plusSeconds(1)), again.images().get("id"));
    assertEquals(PulledImages.NONE, again.here(Set.of("other")));
    assertEquals(PulledImages.NONE, before.failed("app:1"));
  }

  private void pulled(String id, int day, long size) {
    stored.add(new StoredImage(id, Set.of(id + ":1"), size));
    pulled.put(id, new Pulled(Set.of(id + ":1"), NOW.plusSeconds(day)));
  }

  private void anything(Random random) {
    stored.clear();
    pulled.clear();
    used.clear();
    kept.clear();
    for (int n = 0; n < random.nextInt(8); n++) {
      var id = "i" + n;
      var names =
          IntStream.range(0, random.nextInt(3)).mapToObj(k -> id + ":" + k).collect(toSet());
      stored.add(new StoredImage(id, names, random.nextInt(30)));
      if (random.nextBoolean()) {
        pulled.put(
            id, new Pulled(Set.of(id + ":0", id + ":1"), NOW.plusSeconds(random.nextInt(9))));
      }
      if (random.nextInt(4) == 0) {
        used.add(id);
      }
      if (random.nextInt(4) == 0) {
        kept.add(random.nextBoolean() ? id : id + ":0");
      }
    }
  }

  private List<String> going(long bytes) {
    return new Garbage(stored, pulled, used, kept)
        .toFree(bytes).stream().map(StoredImage::id).toList();
  }
}
