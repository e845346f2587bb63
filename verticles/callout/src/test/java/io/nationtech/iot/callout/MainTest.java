package io.nationtech.iot.callout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line answers. */
class MainTest {
  @TempDir private Path directory;

  @Test
  void helpAndVersionAreNoError() {
    assertEquals(0, Main.run("--help"));
    assertEquals(0, Main.run("--version"));
  }

  @Test
  void anUnknownOptionIsUsage() {
    assertEquals(2, Main.run("--what"));
    assertEquals(2, Main.run("--http-port=x"));
  }

  @Test
  void whatIsMissingOrCannotBeReadIsConfiguration() throws Exception {
    assertEquals(78, Main.run());
    assertEquals(0, Main.run("keys", "--directory=" + directory));
    var good = Files.writeString(directory.resolve("policy.yaml"), "trust: []");
    var password = Files.writeString(directory.resolve("password"), "secret");
    var arguments =
        List.of(
            "--nats-url=nats://127.0.0.1:1",
            "--nats-user=callout",
            "--nats-password-file=" + password,
            "--identity-user=identities",
            "--identity-password-file=" + password,
            "--issuer-seed-file=" + directory.resolve("issuer.seed"),
            "--xkey-seed-file=" + directory.resolve("xkey.seed"),
            "--policy-file=" + good);
    assertEquals(78, run(arguments, ""));
    assertEquals(78, run(arguments, "--issuer-seed-file=" + directory.resolve("xkey.seed")));
    assertEquals(78, run(arguments, "--issuer-seed-file=/nowhere"));
    assertEquals(78, run(arguments, "--policy-interval-seconds=0"));
  }

  @Test
  void keysAreForTheOwnersEyesAndNeverOverwritten() throws Exception {
    assertEquals(0, Main.run("keys", "--directory=" + directory));
    var seed = directory.resolve("issuer.seed");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(seed)));
    var before = Files.readString(seed);
    assertTrue(before.startsWith("SA"));
    assertEquals(1, Main.run("keys", "--directory=" + directory));
    assertEquals(before, Files.readString(seed));
  }

  private static int run(List<String> arguments, String more) {
    var all = new ArrayList<>(arguments);
    if (!more.isEmpty()) {
      all.removeIf(one -> one.startsWith(more.substring(0, more.indexOf('='))));
      all.add(more);
    }
    return Main.run(all.toArray(String[]::new));
  }
}
