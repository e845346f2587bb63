package io.nationtech.iot.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Tally;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The line of systemctl status, in the words that stand there. */
class SentenceTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Live STARTED = Live.begun("0.1.0", 7, NOON.minusSeconds(3600));
  private static final Live.Seen ALL_RUN = seen(2, 2, false, Map.of("hello", Phase.Running));
  private static final Live.Nats CONNECTED =
      new Live.Nats(true, false, NOON, "tls://nats.example:4222");

  @Test
  void beforeTheFirstPass() {
    says("pi-1: starting; not connected to NATS yet", STARTED);
    says(
        "pi-1: podman does not answer on /run/podman.sock; not connected to NATS yet",
        STARTED.withoutPodman("podman does not answer on /run/podman.sock"));
  }

  @Test
  void allIsWell() {
    says(
        "pi-1: 2 of 2 services run; connected to NATS; token valid until 14:05",
        STARTED
            .with(ALL_RUN)
            .with(CONNECTED)
            .with(new Live.Identity(Optional.of(Instant.parse("2026-11-24T14:05:00Z")), "")));
  }

  @Test
  void whatDoesNotRunIsNamed() {
    says(
        "pi-1: 1 of 3 services run (hello is RolledBack, mail is Failed); connected to NATS",
        STARTED
            .with(
                seen(
                    1,
                    3,
                    false,
                    Map.of("hello", Phase.RolledBack, "mail", Phase.Failed, "web", Phase.Running)))
            .with(CONNECTED));
  }

  @Test
  void pausedAndNothingWantedAndNoDocument() {
    says(
        "pi-1: 2 of 2 services run; paused, so nothing is changed; connected to NATS",
        STARTED.with(seen(2, 2, true, Map.of("hello", Phase.Running))).with(CONNECTED));
    says(
        "pi-1: nothing has to run; connected to NATS",
        STARTED.with(seen(0, 0, false, Map.of())).with(CONNECTED));
    says(
        "pi-1: no desired document yet; connected to NATS",
        STARTED.with(new Live.Seen(0, new Tally(0, 0, false), new TreeMap<>())).with(CONNECTED));
  }

  @Test
  void noConnectionSaysSinceWhenAndWhyThough() {
    var away = new Live.Nats(false, false, NOON.minusSeconds(600), "connection refused");
    says(
        "pi-1: 2 of 2 services run; no connection to NATS since 11:50 (connection refused)",
        STARTED.with(ALL_RUN).with(CONNECTED).with(away));
    says(
        "pi-1: 2 of 2 services run; no connection to NATS since 11:50 (the name is unknown)",
        STARTED
            .with(ALL_RUN)
            .with(CONNECTED)
            .with(away)
            .with(new Live.Nats(false, false, NOON, "the name is unknown")));
    says(
        "pi-1: 2 of 2 services run; NATS refuses this device since 11:50 (no)",
        STARTED
            .with(ALL_RUN)
            .with(CONNECTED)
            .with(away)
            .with(new Live.Nats(false, true, NOON, "no")));
  }

  @Test
  void aTokenThatExpiredOrNeverCameSaysWhy() {
    var expired = Optional.of(Instant.parse("2026-11-23T11:00:00Z"));
    says(
        "pi-1: starting; not connected to NATS yet; token expired at 2026-11-23 11:00 (no answer)",
        STARTED.with(new Live.Identity(expired, "no answer")));
    says(
        "pi-1: starting; not connected to NATS yet; no token: key 7 expired",
        STARTED.with(new Live.Identity(Optional.empty(), "key 7 expired")));
  }

  @Test
  void aReportThatIsNotTakenSaysWhy() {
    says(
        "pi-1: 2 of 2 services run; connected to NATS; NATS does not take the report: no answer",
        STARTED
            .with(ALL_RUN)
            .with(CONNECTED)
            .with(new Live.Report(Optional.empty(), 0, "no answer")));
  }

  @Test
  void ofALongReasonTheBeginningAndTheCauseAreLeft() {
    var reason = "pulling hello:1: " + "trying again, ".repeat(40) + "\nconnection refused";
    var brief = Words.brief(reason);
    assertEquals(165, brief.length());
    assertTrue(brief.startsWith("pulling hello:1: trying"), brief);
    assertTrue(brief.endsWith("trying again,  connection refused"), brief);
  }

  @Test
  void itIsReadAsItWasWritten() throws MalformedDocumentException {
    var live =
        STARTED
            .with(ALL_RUN)
            .with(CONNECTED)
            .with(new Live.Identity(Optional.of(NOON), "trouble"))
            .with(new Live.Report(Optional.of(NOON), 42, "trouble"))
            .withoutPodman("away");
    assertEquals(live, LiveJson.decode(LiveJson.encode(live)));
    assertEquals(STARTED, LiveJson.decode(LiveJson.encode(STARTED)));
  }

  private static Live.Seen seen(
      int running, int wanted, boolean paused, Map<String, Phase> phases) {
    var stands = new TreeMap<String, Live.Stand>();
    phases.forEach((name, phase) -> stands.put(name, new Live.Stand(phase, "Reason", "message")));
    return new Live.Seen(42, new Tally(running, wanted, paused), stands);
  }

  private static void says(String sentence, Live live) {
    var words = new Words(NOON, ZoneId.of("UTC"));
    assertEquals(sentence, Sentence.of(new DeviceId("pi-1"), live, words));
  }
}
