package io.nationtech.iot.agent.systemd;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JournalSocketTest {
  @Test
  void onlyTheStreamThatIsTheOutputCounts() throws IOException {
    var output = Files.readAttributes(Path.of("/proc/self/fd/1"), "unix:dev,ino");
    assertTrue(JournalSocket.isOutput(output.get("dev") + ":" + output.get("ino")));
    assertFalse(JournalSocket.isOutput("8:1"));
    assertFalse(JournalSocket.isOutput(""));
  }
}
