package io.nationtech.iot.agent.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  @TempDir Path directory = Path.of("");

  @Test
  void aSecondAgentIsRefusedUntilTheFirstHasEnded() throws IOException {
    try (var first = new DirectoryLock(directory)) {
      var refused = assertThrows(IOException.class, () -> new DirectoryLock(directory));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("another iot-agent"), first::toString);
    }
    new DirectoryLock(directory).close();
  }

  @Test
  void whetherAnAgentRunsIsSeenWithoutMakingAnything() throws IOException {
    var fresh = directory.resolve("fresh");
    assertFalse(DirectoryLock.held(fresh));
    assertFalse(Files.exists(fresh));
    try (var agent = new DirectoryLock(directory)) {
      assertTrue(DirectoryLock.held(directory), agent::toString);
    }
    assertFalse(DirectoryLock.held(directory));
  }
}
