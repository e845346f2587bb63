package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the person at the device types, each command a process of its own. */
class CommandsTest {
  private static final String TALKS =
      """
      ,"command":["/bin/sh","-c","echo out; echo err >&2; exec sleep 1000"]\
      """;

  @TempDir Path directory = Path.of("");
  private TestDevice device;
  private Path config;
  private Program agent;

  @BeforeEach
  void start() throws IOException {
    device = new TestDevice("commands-test");
    config = device.config(directory, PodmanSocket.path(), 30);
    agent =
        new Program(directory, "agent", Map.of(), command("run", "--config", config.toString()));
    agent.start();
  }

  @AfterEach
  void end() {
    agent.kill();
    device.close();
  }

  @Test
  void statusHistoryAndLogsTellWhatRunsAndWhyWithTheAgentAndWithoutIt() throws Exception {
    device.want(deployment("asked", Images.HELLO_1, TALKS));
    device.running("asked");
    var status = ask(0, "status");
    assertMatches(status, "commands-test +iot-agent development runs since ..:.. \\(pid \\d+\\)");
    assertMatches(status, "  NATS +connected to " + device.nats.url() + " since ..:..");
    assertMatches(status, "  report +taken by NATS at ..:.., answers revision 1");
    assertMatches(status, "asked.web +" + Images.HELLO_1 + " +running +..:.. +..:.. started");
    var json = CanonicalJson.parse(ask(0, "status", "--json"));
    assertEquals("running", json.at("/services/asked.web/runs").asText());
    assertTrue(json.at("/agent/nats/connected").asBoolean(), json.toString());

    assertEquals(0, agent.terminate());
    device.nats.stop();
    var without = ask(3, "status");
    assertMatches(without, "commands-test +the agent does not run.*");
    assertMatches(without, "asked.web +" + Images.HELLO_1 + " +running +..:.. +..:.. started");
    agent.start();
    eventually(
        "an agent without NATS",
        () -> Optional.of(ask("status")).filter(answer -> answer.exitCode() == 0));
    assertMatches(ask(0, "status"), "  NATS +not connected since ..:..: .*");

    var history = ask(0, "history", "asked").lines().toList();
    assertEquals(2, history.size(), history::toString);
    assertTrue(history.get(0).endsWith("  asked.web: starting, no container yet"), history.get(0));
    assertTrue(history.get(1).endsWith("  asked.web: started"), history.get(1));
    var all = ask(0, "history", "--lines", "0");
    assertEquals(2, all.lines().filter(line -> line.contains(" starts as device ")).count(), all);
    assertTrue(all.contains("containers run on"), all);

    for (var name : List.of("web", "asked.web")) {
      assertEquals("out\nerr\n", ask(0, "logs", name), name);
    }
    assertEquals("err\n", ask(0, "logs", "asked.web", "--tail", "1"));
    assertTrue(ask(1, "logs", "nobody").contains("there is asked.web"));
  }

  @Test
  void checkSaysWhatIsWrongAndWhatToDo() throws Exception {
    device.want(deployment("well", Images.HELLO_1, ""));
    device.running("well");
    var well = ask("check").output();
    assertMatches(well, "ok +podman +podman .*");
    assertMatches(well, "ok +NATS server " + device.nats.url() + " +answers");
    assertMatches(well, "ok +NATS login .*");
    assertMatches(well, "ok +report +taken by NATS at ..:.., answers revision 1");
    assertMatches(well, "ok +image " + Images.HELLO_1 + " .*");

    device.want(deployment("broken", "127.0.0.1:1/hello:1", ""));
    device.phase("broken", Phase.Failed);
    var broken = ask(1, "check");
    assertMatches(broken, "WRONG +deployment broken +ImagePullFailed: .*");
    assertMatches(
        broken, "WRONG +image 127.0.0.1:1/hello:1 +.*connection refused; the image is not here");
    assertMatches(broken, " +to do: nothing listens there: ask who looks after 127.0.0.1:1 .*");

    agent.terminate();
    assertMatches(ask(1, "check"), "ok +NATS login +the server lets this device in");
    device.nats.stop();
    damage("state.json");
    var copy = ask(1, "check");
    assertMatches(
        copy, "WRONG +state file +.*state.json is damaged .*; the copy before it is good");
    damage("state.json.previous");
    var alone = ask(1, "check");
    assertMatches(alone, "WRONG +state file +.*state.json is damaged .*; there is no good copy .*");
    assertMatches(alone, " +to do: what runs runs on, but nothing more is started until NATS .*");
    assertMatches(alone, "WRONG +agent +does not run");
    assertMatches(alone, "WRONG +NATS server " + device.nats.url() + " +.*[Cc]onnection refused");
    assertFalse(alone.contains("NATS login"), alone);
  }

  @Test
  void theBundleHoldsItAllButNoSecretAndIsTheOwnersOnly() throws Exception {
    device.want(
        deployment("asked", Images.HELLO_1, ",\"env\":[{\"name\":\"PIN\",\"value\":\"4711x\"}]"));
    device.running("asked");
    var file = directory.resolve("bundle.tar");
    assertEquals(file + "\n", ask(0, "support-bundle", file.toString()));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(
        List.of(
            "status.txt",
            "status.json",
            "check.txt",
            "history.txt",
            "config.txt",
            "desired.json",
            "journal.txt"),
        Command.run("tar", "-tf", file.toString()).lines().toList());
    var text = Files.readString(file, UTF_8);
    assertTrue(text.contains("asked.web: started"), text);
    assertTrue(text.contains("PIN"), text);
    assertFalse(text.contains("4711x"), text);
    assertFalse(text.contains(device.nats.devicePassword(device.id.value())), text);
    // What is there already is not written over.
    ask(1, "support-bundle", file.toString());
  }

  private void damage(String file) throws IOException {
    Files.write(device.state.resolve(file), new byte[] {-1, 0, -1});
  }

  private String ask(int exitCode, String... arguments) {
    var answer = ask(arguments);
    assertEquals(exitCode, answer.exitCode(), answer.output());
    return answer.output();
  }

  private Command ask(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    return Command.attempt(command(all.toArray(String[]::new)).toArray(String[]::new));
  }

  private static List<String> command(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Program.java(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** One of the lines is of this form. */
  private static void assertMatches(String output, String line) {
    assertTrue(output.lines().anyMatch(each -> each.matches(line)), line + "\n" + output);
  }
}
