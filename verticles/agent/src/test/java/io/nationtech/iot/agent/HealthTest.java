package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static io.nationtech.iot.agent.TestLoop.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Health checks, and the order that hangs on them, on this machine's podman without systemd. */
class HealthTest {
  private static final Policy NOTHING = new Policy(List.of(), List.of(), false, false);

  private final TestLoop device = new TestLoop("health-test", NOTHING, Duration.ofSeconds(5));

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void whatIsHealthyRunsAndWhatTurnsUnhealthyIsDegradedAndStartedAgain() {
    device.want(deployment("sick", service("web", "touch /tmp/ok", OK)));
    var said = device.phase("sick", Phase.Running);
    assertEquals("healthy", Objects.requireNonNull(said.services().get("web")).health());
    var id = inspect("sick.web", "{{.Id}}");
    var started = inspect("sick.web", "{{.State.StartedAt}}");
    Command.run("podman", "exec", "sick.web", "/bin/rm", "/tmp/ok");
    eventually(
        "a word of it",
        () ->
            device.observations.stream()
                .flatMap(seen -> Optional.ofNullable(seen.deployments().get("sick")).stream())
                .filter(seen -> seen.reason().equals("ServiceUnhealthy"))
                .filter(seen -> seen.phase() == Phase.Degraded)
                .findFirst());
    eventually(
        "started again",
        () ->
            Optional.of(inspect("sick.web", "{{.State.StartedAt}} {{.State.Status}}"))
                .filter(now -> !now.startsWith(started) && now.endsWith("running")));
    device.phase("sick", Phase.Running);
    assertEquals(id, inspect("sick.web", "{{.Id}}"));
  }

  @Test
  void anUpdateThatNeverBecomesHealthyGoesBackToTheOldVersion() {
    device.want(deployment("update", service("web", "touch /tmp/ok", OK)));
    device.phase("update", Phase.Running);
    var old = inspect("update.web", "{{.Id}}");
    device.want(deployment("update", service("web", "true", OK)));
    var said = device.phase("update", Phase.RolledBack);
    assertEquals("web: the new version is unhealthy", said.message());
    assertEquals(old, inspect("update.web", "{{.Id}}"));
    eventually(
        "healthy again",
        () -> Optional.of(old).filter(id -> inspect(id, "{{.State.Status}}").equals("running")));
    assertFalse(exists("update.web.next"));
  }

  @Test
  void theOldVersionStaysUntilTheNewOneIsHealthyHoweverLongItsStartTakes() {
    device.want(deployment("slow", service("web", "true", "")));
    device.phase("slow", Phase.Running);
    var old = inspect("slow.web", "{{.Id}}");
    device.want(
        deployment(
            "slow",
            service(
                "web", "sleep 6; touch /tmp/ok", OK.replace("}", ",\"startPeriodSeconds\":60}"))));
    eventually(
        "the new one",
        () ->
            Optional.of(1)
                .filter(go -> inspect("slow.web.next", "{{.State.Status}}").equals("running")));
    assertTrue(exists(old));
    device.phase("slow", Phase.Running);
    eventually("the old one gone", () -> Optional.of(old).filter(id -> !exists(id)));
    assertEquals("healthy", inspect("slow.web", "{{.State.Health.Status}}"));
  }

  @Test
  void aCheckThatHangsCountsAsFailed() {
    var hangs =
        ",\"healthcheck\":{\"command\":[\"/bin/sleep\",\"1000\"],\"periodSeconds\":1,"
            + "\"timeoutSeconds\":1,\"failureThreshold\":2},\"restartPolicy\":\"Never\"";
    device.want(deployment("hangs", service("web", "true", hangs)));
    assertEquals("ServiceUnhealthy", device.phase("hangs", Phase.Degraded).reason());
    var processes = Command.run("podman", "exec", "hangs.web", "/bin/ps");
    assertEquals(1, processes.lines().filter(line -> line.contains("sleep 1000")).count());
  }

  @Test
  void servicesStartInTheOrderTheyNeedEachOther() {
    var job = service("job", "sleep 1; exit 0", ",\"restartPolicy\":\"Never\"");
    var db =
        service("db", "sleep 2; touch /tmp/ok", needs("job", "Completed") + OK.replace("2}", "9}"));
    device.want(deployment("order", service("web", "true", needs("db", "Healthy")), db, job));
    assertEquals("WaitingForDependency", device.phase("order", Phase.Waiting).reason());
    device.phase("order", Phase.Running);
    assertTrue(started("db").isAfter(time("job", "FinishedAt")));
    assertTrue(started("web").isAfter(started("db").plusSeconds(2)));
  }

  private static final String OK =
      ",\"healthcheck\":{\"command\":[\"/bin/test\",\"-e\",\"/tmp/ok\"],\"periodSeconds\":1,"
          + "\"failureThreshold\":2}";

  private static String needs(String service, String condition) {
    return ",\"dependsOn\":[{\"service\":\"%s\",\"condition\":\"%s\"}]"
        .formatted(service, condition);
  }

  private static String service(String name, String script, String fields) {
    return """
    {"name":"%s","image":"%s","command":["/bin/sh","-c"],"stopTimeoutSeconds":1,
    "args":["mkdir -p /tmp; %s; while true; do sleep 1; done"]%s}\
    """
        .formatted(name, Images.HELLO_1, script, fields);
  }

  private static OffsetDateTime started(String service) {
    return time(service, "StartedAt");
  }

  private static OffsetDateTime time(String service, String which) {
    var parts = inspect("order." + service, "{{json .State." + which + "}}").replace("\"", "");
    return OffsetDateTime.parse(parts);
  }
}
