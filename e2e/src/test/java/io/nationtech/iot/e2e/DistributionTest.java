package io.nationtech.iot.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NotifySocket;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dev/dist packs, without the cache, which is half a minute more. */
class DistributionTest {
  @TempDir private static Path unpacked = Path.of("");

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void itIsMadeAndUnpackedElsewhere() {
    var root = Images.root();
    var made =
        Command.run(root.resolve("dev/dist").toString(), "--no-cache", unpacked.toString())
            .lines()
            .reduce("", (before, line) -> line);
    Command.run("tar", "-C", unpacked.toString(), "--strip-components=1", "-xzf", made);
  }

  @Test
  void itsCommandsRunOnItsOwnJava() {
    var version = Command.attempt(Map.of("JAVA_HOME", "/nowhere"), launcher(), "--version");
    assertEquals(0, version.exitCode(), version.output());
    assertTrue(version.output().matches("iot-agent \\S+\n"), version.output());
    assertEquals(2, Command.attempt(launcher(), "dance").exitCode());
    assertEquals(78, Command.attempt(launcher(), "run", "-c", "/nowhere").exitCode());
  }

  @Test
  void aCacheThatDoesNotFitIsPassedOverWithoutAWord() throws IOException {
    var cache = unpacked.resolve("lib/iot-agent/iot-agent.aot");
    Files.writeString(cache, "made for another Java");
    try {
      var version = Command.attempt(launcher(), "--version");
      assertEquals(0, version.exitCode(), version.output());
      assertEquals(1, version.output().lines().count(), version.output());
    } finally {
      Files.delete(cache);
    }
  }

  @Test
  void theAgentIsReadyOnPodmanWithoutAnyNats() throws Exception {
    var socket = directory.resolve("notify").toString();
    var environment = Map.of("NOTIFY_SOCKET", socket);
    var agent = Programs.distributed(unpacked, directory, config(), environment);
    try (var manager = new NotifySocket(socket)) {
      agent.start();
      assertTrue(manager.await("READY=1", Duration.ofMinutes(1)), Files.readString(agent.log()));
      assertEquals(0, agent.terminate());
    } finally {
      agent.kill();
    }
  }

  private Path config() {
    return SecretFile.write(
        directory.resolve("agent.toml"),
        """
        [nats]
        urls = ["tls://127.0.0.1:1"]
        [identity]
        type = "shared"
        user = "distribution-test"
        password = "none"
        [podman]
        socket = "%s"
        [agent]
        state_directory = "%s"
        """
            .formatted(PodmanSocket.path(), directory.resolve("state")));
  }

  private static String launcher() {
    return unpacked.resolve("bin/iot-agent").toString();
  }
}
