package io.nationtech.iot.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.status.HistoryEntry;
import io.nationtech.iot.agent.status.Live;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power cut may make of the files beside the state, and what is left of them then. */
class DamageTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path directory = Path.of("");

  @Test
  void aTimeThatIsCutShortAnywhereGivesWayToTheOneBeforeAndSaysSo() throws IOException {
    var times = new TimeFile(directory);
    times.save(NOON);
    times.save(NOON.plusSeconds(60));
    var file = directory.resolve("time");
    var whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (var journal = JournalLines.of("iot-agent")) {
        assertEquals(Optional.of(NOON), times.load(), "cut to " + length + " bytes");
        assertEquals(1, journal.count(Level.WARN, "using the copy before it"));
      }
    }
  }

  @Test
  void aTimeThatWasNeverKeptTwiceIsGoneWhenItIsEmptyAndThatIsSaid() throws IOException {
    var times = new TimeFile(directory);
    times.save(NOON);
    Files.writeString(directory.resolve("time"), "");
    try (var journal = JournalLines.of("iot-agent")) {
      assertEquals(Optional.empty(), times.load());
      assertEquals(1, journal.count(Level.ERROR, "there is no good copy before it"));
    }
  }

  @Test
  void aHistoryThatIsCutShortAnywhereKeepsEveryWholeLineAndGoesOn() throws IOException {
    new HistoryFile(directory).add(entry("one"));
    long first = Files.size(directory.resolve("history.jsonl"));
    new HistoryFile(directory).add(entry("two"));
    var whole = Files.readAllBytes(directory.resolve("history.jsonl"));
    for (int length = 0; length < whole.length - 1; length++) {
      Files.write(directory.resolve("history.jsonl"), Arrays.copyOf(whole, length));
      var history = new HistoryFile(directory);
      history.add(entry("three"));
      // A line is whole without the break at its end.
      assertEquals(
          length >= first - 1 ? List.of(entry("one"), entry("three")) : List.of(entry("three")),
          history.read(),
          "cut to " + length + " bytes");
    }
  }

  @Test
  void aHistoryOfNothingButZeroesAsAFileSystemLeavesItIsNoTrouble() throws IOException {
    Files.write(directory.resolve("history.jsonl"), new byte[4096]);
    Files.write(directory.resolve("history.old.jsonl"), new byte[] {(byte) 0xff, (byte) 0xfe});
    var history = new HistoryFile(directory);
    history.add(entry("after"));
    assertEquals(List.of(entry("after")), history.read());
  }

  @Test
  void whatAnAgentSaidOfItselfIsNothingWhereItCannotBeReadAndTheNextAgentWritesItAnew()
      throws IOException {
    for (var damage : List.of("", "{", "{\"started\":\"yesterday\"}", "\0\0\0\0", "[1,2]")) {
      Files.writeString(directory.resolve("live.json"), damage);
      assertEquals(Optional.empty(), LiveFile.read(directory), damage);
    }
    var vertx = Vertx.vertx();
    try {
      var live = new LiveFile(vertx, directory);
      assertFalse(Files.exists(directory.resolve("live.json")));
      vertx.runOnContext(go -> live.save(Live.begun("1", 1, NOON)));
      Awaitility.await().until(() -> LiveFile.read(directory).isPresent());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void whatWasNotWrittenToItsEndGoesAndNothingElseDoes() throws IOException {
    new TimeFile(directory).save(NOON);
    var halves = List.of("state.json.next", "time.next", "live.json.next");
    for (var half : halves) {
      Files.writeString(directory.resolve(half), "crc32c ");
    }
    DurableFile.removeUnfinished(directory);
    halves.forEach(half -> assertFalse(Files.exists(directory.resolve(half)), half));
    assertTrue(Files.exists(directory.resolve("time")));
  }

  private static HistoryEntry entry(String text) {
    return new HistoryEntry(NOON, "INFO", Optional.of("hello.web"), text);
  }
}
