package io.nationtech.iot.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.JournalLines;
import io.nationtech.iot.agent.plan.Held;
import io.nationtech.iot.agent.plan.Proven;
import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of the agent's memory after whatever befell the file. */
class StateFileTest {
  private static final DeviceId DEVICE = new DeviceId("pi-1");

  @TempDir Path temporary = Path.of("");
  private Vertx vertx;
  private Path state;
  private Path file;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    state = temporary.resolve("state/agent");
    file = state.resolve("state.json");
  }

  @AfterEach
  void end() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void whatWasSavedIsReadBack() throws IOException {
    assertEquals(Memory.NONE, load());
    for (var memory : new Memory[] {Memory.NONE, memory(1), memory(2)}) {
      save(memory);
      assertEquals(memory, load());
    }
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    save(memory(1));
    save(memory(2));
    assertEquals("rwx------", permissions(state));
    try (var files = Files.list(state)) {
      for (var each : files.toList()) {
        assertEquals("rw-------", permissions(each), each.toString());
      }
    }
  }

  @Test
  void ofTwoSavesAtOnceTheLaterIsKept() throws IOException {
    var store = store();
    vertx.runOnContext(
        go -> {
          for (int revision = 1; revision <= 100; revision++) {
            store.save(memory(revision));
          }
        });
    Awaitility.await().until(() -> load().equals(memory(100)));
  }

  @Test
  void aFileThatIsCutShortAnywhereGivesWayToTheCopyBefore() throws IOException {
    save(memory(1));
    save(memory(2));
    var whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertEquals(memory(1), load(), "cut to " + length + " bytes");
    }
  }

  @Test
  void aFileWithAnyBitFlippedGivesWayToTheCopyBefore() throws IOException {
    save(memory(1));
    save(memory(2));
    var whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      var damaged = whole.clone();
      damaged[at] ^= (byte) (1 << (at % 8));
      Files.write(file, damaged);
      assertEquals(memory(1), load(), "bit flipped in byte " + at);
    }
  }

  @Test
  void aFileThatIsGoneGivesWayToTheCopyBefore() throws IOException {
    save(memory(1));
    save(memory(2));
    Files.delete(file);
    assertEquals(memory(1), load());
  }

  @Test
  void ofTwoDamagedFilesNothingIsTakenAndThatIsSaid() throws IOException {
    save(memory(1));
    save(memory(2));
    var random = new Random(1);
    for (var each : new Path[] {file, file.resolveSibling("state.json.previous")}) {
      var noise = new byte[200];
      random.nextBytes(noise);
      Files.write(each, noise);
    }
    try (var journal = JournalLines.of("iot-agent")) {
      assertEquals(Memory.NONE, load());
      assertEquals(1, journal.count(Level.ERROR, "is damaged"));
    }
  }

  @Test
  void aCopyThatIsUsedIsSaidAndNothingIsSaidOfTheFirstStart() throws IOException {
    try (var journal = JournalLines.of("iot-agent")) {
      load();
      assertEquals(0, journal.lines().size());
      save(memory(1));
      save(memory(2));
      Files.writeString(file, "");
      load();
      assertEquals(1, journal.count(Level.WARN, "the copy before"));
    }
  }

  @Test
  void aSaveAfterDamageIsReadAgain() throws IOException {
    save(memory(1));
    Files.writeString(file, "damage");
    save(memory(3));
    assertEquals(memory(3), load());
  }

  @Test
  void theFileOfAnotherDeviceIsNotTaken() throws IOException {
    save(memory(1));
    var other = new StateFile(vertx, state, new DeviceId("pi-2"));
    assertEquals(Memory.NONE, other.load());
  }

  @Test
  void whatCannotBeWrittenIsSaidAndTheOldFileStays() throws IOException {
    save(memory(1));
    var directory = file.resolveSibling("state.json.next");
    Files.createDirectories(directory.resolve("in-the-way"));
    try (var journal = JournalLines.of("iot-agent")) {
      var store = store();
      vertx.runOnContext(go -> store.save(memory(2)));
      Awaitility.await().until(() -> journal.count(Level.WARN, "can't be written") == 1);
    }
    assertEquals(memory(1), load());
  }

  @Test
  void theChecksumIsOfTheTextAndNotOfAnythingElse() throws IOException {
    save(memory(1));
    var first = Files.readString(file);
    save(memory(2));
    assertNotEquals(first.lines().findFirst(), Files.readString(file).lines().findFirst());
    assertTrue(first.startsWith("crc32c "), first);
  }

  private StateFile store() throws IOException {
    return new StateFile(vertx, state, DEVICE);
  }

  private Memory load() throws IOException {
    return store().load();
  }

  private void save(Memory memory) throws IOException {
    var store = store();
    vertx.runOnContext(go -> store.save(memory));
    Awaitility.await().until(() -> load().equals(memory));
  }

  private static Memory memory(int revision) {
    var json =
        """
        {"device":"pi-1","owner":"test/test","deployments":{"app":{"uid":"u","generation":%d,
        "since":"2026-11-23T09:59:58Z","update":{},"score":{"type":"PodmanV0","data":{
        "services":[{"name":"web","image":"hällo:1","env":[{"name":"A","value":"1.50"}]}]}}}}}"""
            .formatted(revision);
    try {
      var document = DesiredDocument.decode(DEVICE, json.getBytes(UTF_8));
      var known =
          new Memory.Known(document, revision, Instant.parse("2026-11-24T10:00:00.123456789Z"));
      return new Memory(
          Optional.of(known),
          Map.of("app", new Quarantine("u/0/{}", "web: it ended")),
          Map.of(new ServiceKey("app", "web"), new Proven("{\"name\":\"web\"}", "0123abcd")),
          Map.of("app", new Held("u/0/{}", Optional.empty(), Optional.of(known.time()), true)));
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
