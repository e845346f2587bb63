package io.nationtech.iot.agent.podman;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nationtech.iot.agent.plan.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is looked for in a volume that somebody else writes. */
class LockFilesTest {
  @TempDir Path directory = Path.of("");

  @Test
  void aFileIsThereOrNot() throws IOException {
    var volume = directory.resolve("volume");
    Files.createDirectories(volume.resolve("run"));
    assertEquals(new LockFile.Absent(), LockFiles.look(volume, "busy"));
    assertEquals(new LockFile.Absent(), LockFiles.look(volume, "run/busy"));
    assertEquals(new LockFile.Absent(), LockFiles.look(volume, "no/such/file"));
    assertEquals(new LockFile.Absent(), LockFiles.look(directory.resolve("none"), "busy"));
    Files.createFile(volume.resolve("run/busy"));
    assertEquals(new LockFile.There(), LockFiles.look(volume, "run/busy"));
    assertEquals(new LockFile.There(), LockFiles.look(volume, "run"));
  }

  @Test
  void noLinkLeadsOutOfTheVolume() throws IOException {
    var outside = Files.createDirectories(directory.resolve("outside"));
    Files.createFile(outside.resolve("secret"));
    var volume = Files.createDirectories(directory.resolve("volume"));
    Files.createSymbolicLink(volume.resolve("away"), outside);
    assertInstanceOf(LockFile.Unreadable.class, LockFiles.look(volume, "away/secret"));
    assertInstanceOf(LockFile.Unreadable.class, LockFiles.look(volume, "away/other"));
    // The link itself is in the volume: its application put it there, wherever it leads.
    Files.createSymbolicLink(volume.resolve("busy"), directory.resolve("nowhere"));
    assertEquals(new LockFile.There(), LockFiles.look(volume, "busy"));
  }
}
