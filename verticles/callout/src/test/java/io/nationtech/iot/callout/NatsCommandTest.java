package io.nationtech.iot.callout;

import static io.nationtech.iot.callout.RawClient.pub;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People with the nats command and the tokens that Zitadel's library gave them; docs/people.md. */
class NatsCommandTest {
  private static final byte[] DESIRED = "{\"desired\":1}".getBytes(UTF_8);
  private static final byte[] REPORTED = "{\"reported\":1}".getBytes(UTF_8);
  private static final String VIOLATION = "nats: permissions violation: Permissions Violation for ";

  @TempDir private static Path homes;
  private static Fixture fixture;
  private static ZitadelTokenEndpoint zitadel;

  @BeforeAll
  static void start() {
    zitadel = ZitadelTokenEndpoint.start();
    fixture = new Fixture();
    var policy = fixture.policyText();
    var devices = policy.substring(policy.indexOf("- issuer"), policy.indexOf("limits:"));
    var people = devices.replace(fixture.issuer.url(), zitadel.issuer());
    fixture.writePolicy(policy.replace(devices, devices + people));
    fixture.startCallout();
    Fixture.get(fixture.desired().put("pi-1", DESIRED));
    Fixture.get(fixture.reported().put("pi-1", REPORTED));
  }

  @AfterAll
  static void stop() {
    fixture.close();
    zitadel.close();
  }

  /** Signed in: the context has the server and the inbox, the environment has the token. */
  private record Person(String id, String token) {
    static Person with(String role) {
      return with(role, "access_token");
    }

    static Person with(String role, String token) {
      var id = zitadel.management().createPerson(role + "-" + System.nanoTime());
      zitadel.management().grant(id, zitadel.project(), role);
      var scope = "openid urn:zitadel:iam:org:projects:roles";
      var tokens = zitadel.management().login(id, zitadel.application(), scope);
      return new Person(id, tokens.path(token).textValue()).withContext();
    }

    private Person withContext() {
      var added =
          nats(
              "context",
              "add",
              "plant",
              "--server=" + fixture.nats.url(),
              "--inbox-prefix=" + Wire.inboxPrefix(id),
              "--select");
      assertEquals(0, added.exitCode(), added.output());
      return this;
    }

    Command nats(String... arguments) {
      var command = Stream.concat(Stream.of(program()), Stream.of(arguments));
      return Command.attempt(environment(), command.toArray(String[]::new));
    }

    Program sub(String subject) {
      var command = List.of(program(), "sub", subject);
      return new Program(home(), "sub", environment(), command);
    }

    Path home() {
      return homes.resolve(id);
    }

    private Map<String, String> environment() {
      return Map.of("XDG_CONFIG_HOME", home().toString(), "NATS_TOKEN", token);
    }

    private static String program() {
      return Images.root().resolve(".cache/bin/nats").toString();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "support", "fleet-operator"})
  void everyRoleReadsBothDocumentsOfADevice(String role) {
    var person = Person.with(role);

    var desired = person.nats("req", "--raw", Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"), "");
    var reported = person.nats("req", "--raw", Wire.directGet(Wire.BUCKET_REPORTED, "pi-1"), "");

    assertEquals(new String(DESIRED, UTF_8), desired.output().strip());
    assertEquals(new String(REPORTED, UTF_8), reported.output().strip());
  }

  @Test
  void aDeviceWithoutADocumentIsNotFound() {
    var answer = Person.with("viewer").nats("req", Wire.directGet(Wire.BUCKET_DESIRED, "pi-0"), "");

    assertTrue(answer.output().contains("Message Not Found"), answer.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "support", "fleet-operator"})
  void everyRoleHearsDesiredDocumentsAndHeartbeats(String role) {
    var person = Person.with(role);
    var desired = person.sub(Wire.desiredFeed("*"));
    hears(desired, () -> Fixture.get(fixture.desired().put("pi-1", DESIRED)));
    try (var device = fixture.raw(fixture.issuer.device("pi-1"))) {
      hears(
          person.sub(Wire.heartbeat("*")),
          () -> device.exchange(pub(Wire.heartbeat("pi-1"), "", "{}")));
    }
  }

  /** It is told until it has heard: when it listens is known to nobody else. */
  private static void hears(Program listener, Runnable tell) {
    listener.start();
    try {
      Fixture.await()
          .until(
              () -> {
                tell.run();
                return listener.count("Received on \"fleet.") > 0;
              });
    } finally {
      listener.kill();
    }
  }

  static Stream<Arguments> refusals() {
    var desired = Wire.kvSubject(Wire.BUCKET_DESIRED, "pi-1");
    return Stream.of("viewer", "support", "fleet-operator")
        .flatMap(
            role ->
                Stream.of(
                    Arguments.of(role, "pub", desired),
                    Arguments.of(role, "sub", Wire.kvSubject("*", ">")),
                    Arguments.of(role, "sub", ">"),
                    Arguments.of(role, "req", "$JS.API.STREAM.NAMES"),
                    Arguments.of(role, "req", Wire.directGet(Wire.BUCKET_IDENTITY, "pi-1"))));
  }

  static Stream<Arguments> refusedRequests() {
    return Stream.of(
        Arguments.of("viewer", "pub", Wire.request("pi-1", "logs")),
        Arguments.of("viewer", "pub", Wire.request("pi-1", "nudge")),
        Arguments.of("support", "pub", Wire.request("pi-1", "nudge")));
  }

  @ParameterizedTest(name = "{0}: nats {1} {2}")
  @MethodSource({"refusals", "refusedRequests"})
  void theCommandNamesWhatARoleMayNotDo(String role, String verb, String subject) {
    var what = verb.equals("sub") ? "Subscription" : "Publish";
    var words = verb.equals("sub") ? List.of() : List.of("");
    var command = Stream.concat(Stream.of(verb, "--timeout=1s", subject), words.stream());

    var answer = Person.with(role).nats(command.toArray(String[]::new));

    var said = VIOLATION + what + " to \"" + subject + "\"";
    assertTrue(answer.output().contains(said), answer.output());
  }

  /** A feed is mapped away before anybody asks who may publish there. */
  @Test
  void theCommandNamesWhereAPlayedHeartbeatWouldHaveGone() {
    var answer = Person.with("fleet-operator").nats("pub", Wire.heartbeat("pi-1"), "{}");

    assertEquals(1, answer.exitCode(), answer.output());
    var said = VIOLATION + "Publish to \"" + Wire.dropped("pi-1") + "\"";
    assertTrue(answer.output().contains(said), answer.output());
  }

  @Test
  void supportAsksForLogsAndAnOperatorNudges() {
    assertPublishes("support", "logs");
    assertPublishes("fleet-operator", "logs");
    assertPublishes("fleet-operator", "nudge");
  }

  private static void assertPublishes(String role, String verb) {
    var answer = Person.with(role).nats("pub", Wire.request("pi-1", verb), "");
    assertEquals(0, answer.exitCode(), answer.output());
  }

  /** It asks for the stream first, and streams are none of a person's business. */
  @Test
  void theKvCommandsAreNotForPeople() {
    var answer =
        Person.with("fleet-operator")
            .nats("kv", "get", "--timeout=1s", Wire.BUCKET_DESIRED, "pi-1");

    assertEquals(1, answer.exitCode(), answer.output());
    var asked = "$JS.API.STREAM.INFO." + Wire.kvStream(Wire.BUCKET_DESIRED);
    assertTrue(
        answer.output().contains(VIOLATION + "Publish to \"" + asked + "\""), answer.output());
  }

  @Test
  void withoutTheInboxOfItsOwnARequestIsRefused() {
    var person = Person.with("viewer");

    var answer =
        person.nats(
            "--inbox-prefix=_INBOX",
            "req",
            "--timeout=1s",
            Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"),
            "");

    assertTrue(answer.output().contains(VIOLATION + "Subscription to \"_INBOX."), answer.output());
  }

  @Test
  void whoeverHasNoRoleOrNoAccessTokenHearsAuthorizationViolation() {
    for (var person :
        List.of(
            Person.with("cook"),
            Person.with("viewer", "id_token"),
            new Person("nobody", "").withContext())) {
      var answer = person.nats("sub", Wire.heartbeat("*"));
      assertEquals(1, answer.exitCode(), answer.output());
      assertEquals("nats: error: nats: Authorization Violation", answer.output().strip());
    }
  }

  @Test
  void theTokenIsNotKeptByTheCommand() throws IOException {
    var person = Person.with("viewer");
    person.nats("req", Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"), "");

    try (var files = Files.walk(person.home())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(Files.readString(file).contains(person.token()), file.toString());
      }
    }
  }
}
