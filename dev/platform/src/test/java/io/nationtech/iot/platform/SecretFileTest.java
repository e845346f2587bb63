package io.nationtech.iot.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir Path directory;

  @Test
  void aFileIsReplacedWholeAndNothingElseIsLeft() throws IOException {
    var file = Files.writeString(directory.resolve("key"), "old");
    Files.writeString(directory.resolve(".key.new"), "of a run that was killed");

    SecretFile.write(file, "né");

    assertEquals("né", Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(List.of(file), content());
  }

  /** Half a pair of surrogates can't be; a full disk fails at the same place. */
  @Test
  void whatCanNotBeWrittenLeavesTheOldFile() throws IOException {
    var file = Files.writeString(directory.resolve("key"), "old");

    assertThrows(UncheckedIOException.class, () -> SecretFile.write(file, "\ud800"));

    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), content());
  }

  private List<Path> content() throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }
}
