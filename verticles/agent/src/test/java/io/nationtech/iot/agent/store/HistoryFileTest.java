package io.nationtech.iot.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.status.HistoryEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path directory = Path.of("");

  @Test
  void whatWasAddedIsReadInItsOrderByTheNextAgent() throws IOException {
    new HistoryFile(directory).add(entry("one"));
    new HistoryFile(directory).add(entry("two \u2028 \"quoted\"\nand broken"));
    assertEquals(
        List.of(entry("one"), entry("two \u2028 \"quoted\"\nand broken")),
        new HistoryFile(directory).read());
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve("history.jsonl"))));
  }

  @Test
  void nothingWasEverAdded() throws IOException {
    assertEquals(List.of(), new HistoryFile(directory).read());
  }

  @Test
  void aLineThatThePowerWasLostOverTakesNoOtherWithIt() throws IOException {
    var history = new HistoryFile(directory);
    history.add(entry("one"));
    Files.writeString(
        directory.resolve("history.jsonl"), "{\"time\":\"2026-1", StandardOpenOption.APPEND);
    history.add(entry("two"));
    assertEquals(List.of(entry("one"), entry("two")), history.read());
  }

  @Test
  void itIsBoundedAndWhatGoesIsTheOldest() throws IOException {
    var history = new HistoryFile(directory);
    var long500 = "x".repeat(500);
    for (int i = 0; i < 2000; i++) {
      history.add(entry(i + " " + long500));
    }
    long size = 0;
    for (var file : List.of("history.jsonl", "history.old.jsonl")) {
      size += Files.size(directory.resolve(file));
    }
    assertTrue(size <= 2 * HistoryFile.LARGEST + 2000, "size " + size);
    var read = history.read();
    assertEquals(entry("1999 " + long500), read.getLast());
    int first = Integer.parseInt(read.getFirst().text().split(" ")[0]);
    assertEquals(2000 - first, read.size(), "no gap");
    assertTrue(read.size() > 400, "kept " + read.size());
  }

  private static HistoryEntry entry(String text) {
    return new HistoryEntry(NOON, "INFO", Optional.of("hello.web"), text);
  }
}
