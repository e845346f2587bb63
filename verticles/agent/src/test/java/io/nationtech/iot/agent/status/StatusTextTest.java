package io.nationtech.iot.agent.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Tally;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What iot-agent status prints, whole. */
class StatusTextTest {
  private static final DeviceId DEVICE = new DeviceId("pi-1");
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Words WORDS = new Words(NOON, ZoneId.of("UTC"));
  private static final String DESIRED =
      """
      {"device":"pi-1","owner":"central/plant-a","paused":false,"deployments":{"hello":{
      "uid":"6f0c","generation":1,"since":"2026-11-23T09:59:58Z","retry":0,"update":{},
      "score":{"type":"PodmanV0","data":{"services":[
      {"name":"db","image":"registry.example/db:17"},
      {"name":"web","image":"registry.example/hello:2"}]}}}}}
      """;

  private final DesiredDocument desired = document();

  @Test
  void theAgentRunsAndOneServiceDoesNot() {
    var live =
        Live.begun("0.1.0", 812, NOON.minusSeconds(3600))
            .with(new Live.Nats(true, false, NOON.minusSeconds(3000), "tls://nats.example:4222"))
            .with(new Live.Report(Optional.of(NOON.minusSeconds(2990)), 42, ""))
            .with(
                new Live.Seen(
                    42,
                    new Tally(1, 2, false),
                    stands(
                        "hello",
                        Phase.Failed,
                        "ImagePullFailed",
                        "db: registry.example/db:17: connection refused")));
    assertEquals(
        """
        pi-1        iot-agent 0.1.0 runs since 11:00 (pid 812)
          NATS      connected to tls://nats.example:4222 since 11:10
          report    taken by NATS at 11:10, answers revision 42
          identity  zitadel, token valid until 14:05, key expired at 2026-11-20 00:00
          podman    podman 4.3.1 on /run/podman/podman.sock
          disk      /var/lib/iot-agent: 12 GiB of 29 GiB free
          clock     2026-11-24 12:00:00 UTC

        SERVICE    SHOULD RUN                RUNS                      SINCE  LAST CHANGE
        hello.db   registry.example/db:17    no container              -      11:30 starting, no container yet
        hello.web  registry.example/hello:2  running, another version  11:20  -

        hello is Failed (ImagePullFailed): db: registry.example/db:17: connection refused
        """,
        StatusText.of(
            situation(true, Optional.of(live), Optional.of(List.of(web("running", "{}")))), WORDS));
  }

  @Test
  void withoutItsAgentItSaysWhatPodmanSaysAndWhatWasWantedLast() {
    var web = web("exited", spec("web"));
    var old = container("old.thing", new ServiceKey("old", "thing"), "running", "{}");
    assertEquals(
        """
        pi-1        the agent does not run; below is what podman says, and what was wanted last
          NATS      not connected: the agent does not run
          report    none
          identity  zitadel, token valid until 14:05, key expired at 2026-11-20 00:00
          podman    podman 4.3.1 on /run/podman/podman.sock
          disk      /var/lib/iot-agent: 12 GiB of 29 GiB free
          clock     2026-11-24 12:00:00 UTC

        SERVICE    SHOULD RUN                RUNS                  SINCE  LAST CHANGE
        hello.db   registry.example/db:17    no container          -      11:30 starting, no container yet
        hello.web  registry.example/hello:2  exited (exit code 3)  -      -
        old.thing  nothing                   running               11:20  -

        hello is Degraded (ServiceNotRunning): web is exited
        """,
        StatusText.of(situation(false, Optional.empty(), Optional.of(List.of(web, old))), WORDS));
  }

  @Test
  void nothingIsKnownWhereNeitherAgentNorPodmanAnswers() {
    var text = StatusText.of(situation(false, Optional.empty(), Optional.empty()), WORDS);
    assertEquals(2, text.lines().filter(line -> line.contains(" not known ")).count(), text);
    assertFalse(text.contains("no container  "), text);
  }

  @Test
  void jsonHoldsTheSameFacts() throws MalformedDocumentException {
    var json =
        CanonicalJson.parse(
            StatusJson.of(
                situation(
                    false, Optional.empty(), Optional.of(List.of(web("running", spec("web")))))));
    assertEquals("running", json.at("/services/hello.web/runs").asText());
    assertEquals("2026-11-24T11:20:00Z", json.at("/services/hello.web/since").asText());
    assertEquals("registry.example/db:17", json.at("/services/hello.db/wanted").asText());
    assertEquals(
        "starting, no container yet", json.at("/services/hello.db/lastChange/what").asText());
    assertEquals(42, json.at("/revision").asLong());
    assertFalse(json.at("/running").asBoolean(true));
    assertEquals("Degraded", json.at("/deployments/hello/phase").asText());
  }

  private Situation situation(
      boolean running, Optional<Live> live, Optional<List<ObservedContainer>> observed) {
    return new Situation(
        DEVICE,
        running,
        live,
        Optional.of(desired),
        42,
        observed,
        observed.isPresent() ? "podman 4.3.1 on /run/podman/podman.sock" : "no answer",
        live.flatMap(Live::seen)
            .map(Live.Seen::deployments)
            .orElse(stands("hello", Phase.Degraded, "ServiceNotRunning", "web is exited")),
        Map.of(
            "hello.db",
            new HistoryEntry(
                NOON.minusSeconds(1800),
                "INFO",
                Optional.of("hello.db"),
                "hello.db: starting, no container yet")),
        new Situation.Identity(
            "zitadel",
            Optional.of(Instant.parse("2026-11-24T14:05:00Z")),
            Optional.of(Instant.parse("2026-11-20T00:00:00Z"))),
        new Situation.Disk("/var/lib/iot-agent", 12L << 30, 29L << 30),
        new Situation.Clock(NOON, NOON.minusSeconds(60)));
  }

  private static TreeMap<String, Live.Stand> stands(
      String name, Phase phase, String reason, String message) {
    return new TreeMap<>(Map.of(name, new Live.Stand(phase, reason, message)));
  }

  private static ObservedContainer web(String state, String spec) {
    return container("hello.web", new ServiceKey("hello", "web"), state, spec);
  }

  private static ObservedContainer container(
      String name, ServiceKey key, String state, String spec) {
    return new ObservedContainer(
        "9f2c",
        name,
        key,
        spec,
        state,
        "none",
        "registry.example/hello:2",
        "sha256:1",
        "id",
        Optional.of(NOON.minusSeconds(2400)),
        0,
        state.equals("running") ? Optional.empty() : Optional.of(3),
        List.of());
  }

  private String spec(String service) {
    return ((PodmanV0) Objects.requireNonNull(desired.deployments().get("hello")).score())
        .services().stream()
            .filter(each -> each.name().equals(service))
            .findFirst()
            .orElseThrow()
            .spec();
  }

  private static DesiredDocument document() {
    try {
      return DesiredDocument.decode(DEVICE, DESIRED.getBytes(UTF_8));
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException(e);
    }
  }
}
