package io.nationtech.iot.callout;

import static io.nationtech.iot.callout.RawClient.pub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.NatsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code iot-callout kick} on a cluster of three servers. */
class KickTest {
  @TempDir private static Path directory;
  private static Fixture fixture;
  private static Path password;

  /** What a command printed, and its exit code. */
  private record Answer(int exitCode, String output) {}

  @BeforeAll
  static void start() throws IOException {
    fixture = Fixture.cluster();
    fixture.startCallout();
    password = Files.writeString(directory.resolve("kick"), fixture.nats.kickPassword());
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void aDeniedDeviceIsCutOnEveryServerAndStaysAwayAndNobodyElseIsCut() {
    var token = fixture.issuer.device("lost-1");
    var lost = new ArrayList<RawClient>();
    for (var server : fixture.servers) {
      lost.add(signedIn(server, token));
      lost.add(signedIn(server, token));
    }
    try (var other = fixture.raw(fixture.issuer.device("kept-1"))) {
      fixture.writePolicy(fixture.policyText() + "denied: [lost-1]\n");
      Fixture.await().until(() -> refused(token));
      // A denial alone leaves who is connected where it is.
      lost.forEach(client -> assertEquals(List.of("PONG"), client.exchange("")));

      long began = System.nanoTime();
      var answer = kick("lost-1", "--watch-seconds=0");
      lost.forEach(client -> assertEquals("closed", client.answer()));
      System.out.printf(
          "%d connections on %d servers are closed %d ms after the command%n",
          lost.size(),
          fixture.servers.size(),
          Duration.ofNanos(System.nanoTime() - began).toMillis());
      assertEquals(0, answer.exitCode(), answer.output());
      assertEquals(6, answer.output().lines().count(), answer.output());
      for (var server : List.of("nats-1", "nats-2", "nats-3")) {
        assertEquals(2, lines(answer, "of lost-1 on " + server + ", from "), answer.output());
      }
      assertEquals(List.of("PONG"), other.exchange(""));
    } finally {
      fixture.writePolicy(fixture.policyText());
      lost.forEach(RawClient::close);
    }
  }

  @Test
  void whoeverIsStillLetInIsBackAndThatIsSaid() {
    var token = fixture.issuer.device("back-1");
    var device = fixture.connect(Credentials.token(() -> token), "back-1");
    Fixture.await().ignoreExceptions().until(() -> Fixture.get(device.flush().map(true)));
    var answer = kick("back-1");
    Fixture.get(device.close());
    assertEquals(1, answer.exitCode(), answer.output());
    assertTrue(lines(answer, "closed connection") >= 2, answer.output());
    assertEquals(1, lines(answer, "back-1 came back: it is still let in"), answer.output());
  }

  @Test
  void whereThereIsNoConnectionThatIsSaid() {
    var answer = kick("nobody-1");
    assertEquals(3, answer.exitCode(), answer.output());
    assertEquals("nobody-1 has no connection in account DEV\n", answer.output());
  }

  @Test
  void anAccountThatNoServerKnowsIsNoAnswer() {
    for (var account : List.of("dev", "DEVICES", "A".repeat(56))) {
      var answer = kick("nobody-1", "--account=" + account);
      assertEquals(1, answer.exitCode(), answer.output());
    }
  }

  @Test
  void inOperatorModeTheAccountMustBeNamed() {
    assertEquals(
        2,
        Main.run("kick", "--nats-url=nats://127.0.0.1:1", "--system-creds-file=/nowhere", "pi-1"));
  }

  @Test
  void aPersonIsCutByTheSubject() {
    try (var person = fixture.raw(fixture.issuer.person("4711", "viewer"))) {
      assertEquals(3, kick("4711").exitCode());
      assertEquals(List.of("PONG"), person.exchange(""));
      assertEquals(0, kick("4711", "--account=OPS", "--watch-seconds=0").exitCode());
      assertEquals("closed", person.answer());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NatsServer.OPERATOR, NatsServer.CALLOUT, NatsServer.IDENTITIES})
  void aDeviceThatIsCalledLikeAUserOfThePlatformCutsNobodyElse(String name) {
    assertEquals(3, kick(name).exitCode());
    try (var device = fixture.raw(fixture.issuer.device(name))) {
      assertEquals(0, kick(name, "--watch-seconds=0").exitCode());
      assertEquals("closed", device.answer());
    }
    Fixture.get(fixture.hub.flush());
    fixture.raw(fixture.issuer.device("kept-1")).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", ">", "a.b", "a b", "\"}"})
  void aNameThatCouldMeanOthersIsUsage(String name) {
    assertEquals(2, kick(name).exitCode());
    assertEquals(2, kick("pi-1", "--account=" + name).exitCode());
  }

  @Test
  void aServerThatDoesNotAnswerIsSaid() {
    var pid = Long.toString(fixture.servers.getLast().pid());
    Command.run("kill", "-STOP", pid);
    try {
      var answer = kick("nobody-1");
      assertEquals(1, answer.exitCode(), answer.output());
      assertEquals(1, lines(answer, "1 of the servers did not answer"), answer.output());
    } finally {
      Command.run("kill", "-CONT", pid);
    }
  }

  @Test
  void whoMayNotAskTheServersLearnsWhy() throws IOException {
    var wrong = Files.writeString(directory.resolve("wrong"), "wrong");
    assertEquals(1, kick("pi-1", "--system-password-file=" + wrong).exitCode());
    assertEquals(78, kick("pi-1", "--system-password-file=/nowhere").exitCode());
    var hub = Files.writeString(directory.resolve("hub"), fixture.nats.operatorPassword());
    assertEquals(
        1,
        kick("pi-1", "--system-user=" + NatsServer.OPERATOR, "--system-password-file=" + hub)
            .exitCode());
  }

  @Test
  void itsPasswordIsInNothingThatItSaysOrLogs() {
    try (var logged = new Logged()) {
      var answer = kick("nobody-1");
      var refused = kick("nobody-1", "--system-user=nobody");
      assertEquals(List.of(3, 1), List.of(answer.exitCode(), refused.exitCode()));
      var all = answer.output() + refused.output() + logged.text();
      assertTrue(all.contains("Authorization Violation"), all);
      assertFalse(all.contains(fixture.nats.kickPassword()));
    }
  }

  @Test
  void theUserThatKicksMayNotAskForMore() {
    try (var client = fixture.raw()) {
      client.signInWith(
          "{\"user\":\"%s\",\"pass\":\"%s\"}"
              .formatted(NatsServer.KICK, fixture.nats.kickPassword()));
      for (var subject : List.of(Wire.SERVERS + ".VARZ", Wire.AUTHORIZATION_REQUEST, "x")) {
        assertTrue(client.exchange(pub(subject, "", "")).getFirst().contains("Permissions"));
      }
    }
  }

  private static Answer kick(String name, String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "kick",
                "--nats-url=" + fixture.nats.url(),
                "--system-user=" + NatsServer.KICK,
                "--system-password-file=" + password));
    for (var one : more) {
      arguments.removeIf(said -> said.startsWith(one.substring(0, one.indexOf('='))));
      arguments.add(one);
    }
    arguments.add(name);
    var output = new StringWriter();
    int exitCode =
        Main.command()
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(output, true))
            .execute(arguments.toArray(String[]::new));
    return new Answer(exitCode, output.toString());
  }

  private static long lines(Answer answer, String text) {
    return answer.output().lines().filter(line -> line.contains(text)).count();
  }

  private static RawClient signedIn(NatsServer server, String token) {
    var client = new RawClient(server.url());
    assertEquals("PONG", client.signIn(token));
    return client;
  }

  private static boolean refused(String token) {
    try (var client = fixture.raw()) {
      return client.signIn(token).startsWith("-ERR");
    }
  }
}
