package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static io.nationtech.iot.agent.TestLoop.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the values of secrets come into containers, and where they are not to be found. */
class SecretsTest {
  private static final Policy NOTHING = new Policy(List.of(), List.of(), false, false);

  private final MapOfSecrets secrets =
      new MapOfSecrets(Map.of("safe/hello", Map.of("token", "geheim-1", "tls.key", "geheim-2")));
  private final TestLoop device =
      new TestLoop("secrets-test", NOTHING, secrets, Duration.ofSeconds(5));

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void aServiceHasItsSecretsAndNobodyElseHasThem() {
    try (var journal = JournalLines.of("ROOT")) {
      device.want(deployment("safe", service(1, "\"user\":\"1000:1001\"")));
      device.phase("safe", Phase.Running);
      assertEquals("geheim-1", inside("echo $TOKEN"));
      assertEquals("geheim-2", inside("cat /run/secrets/tls.key"));
      assertEquals("400 1000", inside("stat -c '%a %u' /run/secrets/tls.key"));
      assertEquals(List.of("safe.web.tls.1", "safe.web.token.1"), TestDevice.secrets(device.id));
      assertFalse(inspect("safe.web", "{{.Config.Labels}}").contains("geheim"));
      assertFalse(Command.run("podman", "inspect", "safe.web").contains("geheim-2"));
      assertFalse(journal.says("geheim"));
      assertFalse(device.observations.toString().contains("geheim"));
    }
  }

  @Test
  void whatWasDeliveredStartsAgainAndIsMadeAgainWhileNobodyAnswers() {
    device.want(deployment("safe", service(1, "")));
    device.phase("safe", Phase.Running);
    secrets.away = true;
    var started = inspect("safe.web", "{{.State.StartedAt}}");
    Command.run("podman", "kill", "safe.web");
    eventually(
        "started again",
        () ->
            Optional.of(inspect("safe.web", "{{.State.StartedAt}} {{.State.Status}}"))
                .filter(now -> !now.startsWith(started) && now.endsWith("running")));
    var id = inspect("safe.web", "{{.Id}}");
    Command.run("podman", "rm", "-f", "-t", "0", "safe.web");
    eventually(
        "made again",
        () ->
            Optional.of(inspect("safe.web", "{{.Id}} {{.State.Status}}"))
                .filter(now -> !now.startsWith(id) && now.endsWith("running")));
    assertEquals("geheim-1 geheim-2", inside("echo $TOKEN $(cat /run/secrets/tls.key)"));
  }

  @Test
  void withoutAnAnswerNothingNewIsMadeAndWhatRanRunsOn() {
    secrets.away = true;
    device.want(deployment("safe", service(1, "")));
    var failed = device.phase("safe", Phase.Failed);
    assertEquals("SecretsUnavailable", failed.reason());
    assertEquals("web: nobody answers for secret 'hello'", failed.message());
    assertFalse(exists("safe.web"));
    secrets.away = false;
    device.phase("safe", Phase.Running);

    var id = inspect("safe.web", "{{.Id}}");
    device.want(deployment("safe", service(2, "").replace("\"key\":\"token\"", "\"key\":\"no\"")));
    var missing = device.phase("safe", Phase.Failed);
    assertEquals("SecretNotFound", missing.reason());
    assertEquals("web: the secret at 'hello' has no key 'no'", missing.message());
    assertEquals(id + " running", inspect("safe.web", "{{.Id}} {{.State.Status}}"));
  }

  @Test
  void aNewContainerHasTheValueOfItsTimeAndTheOldOneGoesWithItsOwn() {
    device.want(deployment("safe", service(1, "")));
    device.phase("safe", Phase.Running);
    var old = inspect("safe.web", "{{.Id}}");
    secrets.secrets = Map.of("safe/hello", Map.of("token", "geheim-3", "tls.key", "geheim-4"));
    assertEquals("geheim-1", inside("echo $TOKEN"));
    device.want(deployment("safe", service(2, "")));
    eventually("the old one gone", () -> Optional.of(old).filter(id -> !exists(id)));
    device.phase("safe", Phase.Running);
    assertEquals("geheim-3 geheim-4", inside("echo $TOKEN $(cat /run/secrets/tls.key)"));
    assertNotEquals(old, inspect("safe.web", "{{.Id}}"));
    eventually(
        "the old secrets gone",
        () ->
            Optional.of(TestDevice.secrets(device.id))
                .filter(List.of("safe.web.tls.2", "safe.web.token.2")::equals));
    device.want();
    eventually(
        "none left", () -> Optional.of(1).filter(go -> TestDevice.secrets(device.id).isEmpty()));
  }

  private static String service(int change, String fields) {
    return """
    {"name":"web","image":"%s","command":["/bin/sh","-c"],"stopTimeoutSeconds":1,
    "args":["while true; do sleep 1; done"],"env":[{"name":"CHANGE","value":"%d"}],
    "secrets":[{"name":"token","path":"hello","key":"token","env":"TOKEN"},
               {"name":"tls","path":"hello","key":"tls.key","file":"/run/secrets/tls.key"}]%s}\
    """
        .formatted(Images.HELLO_1, change, fields.isEmpty() ? "" : "," + fields);
  }

  private static String inside(String script) {
    return Command.run("podman", "exec", "safe.web", "/bin/sh", "-c", script).strip();
  }
}
