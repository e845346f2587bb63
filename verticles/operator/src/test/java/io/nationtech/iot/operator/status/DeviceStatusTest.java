package io.nationtech.iot.operator.status;

import static io.nationtech.iot.operator.status.Reports.condition;
import static io.nationtech.iot.operator.status.Reports.message;
import static io.nationtech.iot.operator.status.Reports.reported;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Score;
import io.nationtech.iot.codec.Update;
import io.nationtech.iot.operator.resource.Given;
import io.nationtech.iot.operator.status.DeviceStatus.Facts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a Device's status says. */
class DeviceStatusTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:02.345Z");
  private static final Instant HEARD = Instant.parse("2026-11-23T10:00:01.234Z");
  private static final DeviceId PI = new DeviceId("pi-1");
  private static final Connection CONNECTED = new Connection.Connected(HEARD);
  private static final Connection OFFLINE = new Connection.Offline(Optional.of(HEARD));
  private static final Connection NEVER = new Connection.Offline(Optional.empty());
  private static final Connection UNKNOWN = new Connection.Unknown();
  private static final Standing HELD = new Standing.Held();

  @Test
  void aConnectedDeviceThatRunsAllIsReady() {
    var status = status(HELD, CONNECTED, report(reported("uid-hello", 3, Phase.Running)));
    assertEquals("True/HeartbeatReceived", condition(status, "Connected"));
    assertEquals("True/AllDeploymentsReady", condition(status, "Ready"));
    assertEquals("2026-11-23T10:00:01Z", status.path("lastSeenTime").asText());
    assertEquals(
        "[{\"name\":\"hello\",\"generation\":3,\"phase\":\"Running\"}]",
        status.path("deployments").toString());
    assertEquals(Given.json("{\"version\":\"0.1.0\"}"), status.path("agent"));
    assertEquals("arm64", status.path("host").path("architecture").asText());
    assertEquals(1, status.path("observedGeneration").asLong());
    for (var condition : status.path("conditions")) {
      assertEquals(1, condition.path("observedGeneration").asLong());
    }
  }

  @Test
  void whatItSaysOfAnotherVersionDoesNotMakeItReady() {
    for (var other :
        new ReportedDocument.Deployment[] {
          reported("uid-hello", 2, Phase.Running), reported("uid-old", 3, Phase.Running)
        }) {
      var status = status(HELD, CONNECTED, report(other));
      assertEquals("False/DeploymentsChanging", condition(status, "Ready"));
    }
    var silent = new Report.Known(document(new TreeMap<>()));
    var status = status(HELD, CONNECTED, silent);
    assertEquals("False/DeploymentsChanging", condition(status, "Ready"));
    assertEquals("not running yet: hello", message(status, "Ready"));
  }

  @Test
  void whatFailsIsToldBeforeWhatChanges() {
    var failed = status(HELD, CONNECTED, report(reported("uid-hello", 3, Phase.Failed)));
    assertEquals("False/DeploymentsNotReady", condition(failed, "Ready"));
    assertEquals("not running: hello", message(failed, "Ready"));
    var pulling = status(HELD, CONNECTED, report(reported("uid-hello", 3, Phase.Pulling)));
    assertEquals("False/DeploymentsChanging", condition(pulling, "Ready"));
  }

  @Test
  void whatIsNotKnownIsUnknown() {
    var running = report(reported("uid-hello", 3, Phase.Running));
    assertEquals("Unknown/DeviceOffline", condition(status(HELD, OFFLINE, running), "Ready"));
    assertEquals(
        "Unknown/NotReported", condition(status(HELD, CONNECTED, new Report.None()), "Ready"));
    var bad = status(HELD, CONNECTED, new Report.Undecodable("is not JSON"));
    assertEquals("Unknown/ReportUndecodable", condition(bad, "Ready"));
    assertEquals("what the device reported is not JSON", message(bad, "Ready"));
    // A restart of the operator is no reason to doubt the last report.
    assertEquals("True/AllDeploymentsReady", condition(status(HELD, UNKNOWN, running), "Ready"));
  }

  @Test
  void whyItsDocumentIsNotWrittenIsSaid() {
    var none = new Report.None();
    var refused = status(new Standing.Refused("far/plant"), CONNECTED, none);
    assertEquals("False/ClaimedElsewhere", condition(refused, "Ready"));
    assertTrue(message(refused, "Ready").contains("far/plant"));
    var large = status(new Standing.TooLarge(300_000), CONNECTED, none);
    assertEquals("False/DocumentTooLarge", condition(large, "Ready"));
    assertTrue(message(large, "Ready").contains("300000 bytes"));
    var stopped = status(new Standing.Stopped(6, 20), OFFLINE, none);
    assertEquals("False/MassRemovalStopped", condition(stopped, "Ready"));
    assertTrue(message(stopped, "Ready").startsWith("6 of 20 devices"));
  }

  @Test
  void lastSeenTimeMovesOnlyWithConnected() {
    var report = new Report.None();
    var first = status(HELD, CONNECTED, report);
    var later = new Connection.Connected(HEARD.plusSeconds(600));
    var same = after(first, later);
    assertEquals(first.path("lastSeenTime"), same.path("lastSeenTime"));
    assertEquals(first, same);

    var gone = after(same, new Connection.Offline(Optional.of(HEARD.plusSeconds(660))));
    assertEquals("2026-11-23T10:11:01Z", gone.path("lastSeenTime").asText());
    assertEquals("False/HeartbeatsMissed", condition(gone, "Connected"));
    assertEquals("last heard of at 2026-11-23T10:11:01Z", message(gone, "Connected"));

    var back = after(gone, new Connection.Connected(HEARD.plusSeconds(900)));
    assertEquals("2026-11-23T10:15:01Z", back.path("lastSeenTime").asText());
  }

  @Test
  void anOperatorThatWasStartedAgainStillKnowsWhenADeviceWasSeen() {
    var gone = after(status(HELD, CONNECTED, new Report.None()), OFFLINE);
    var listening = after(gone, UNKNOWN);
    assertEquals("Unknown/Listening", condition(listening, "Connected"));
    assertEquals(gone.path("lastSeenTime"), listening.path("lastSeenTime"));
    var still = after(listening, NEVER);
    assertEquals("False/HeartbeatsMissed", condition(still, "Connected"));
    assertEquals("last heard of at 2026-11-23T10:00:01Z", message(still, "Connected"));
    assertEquals(gone.path("lastSeenTime"), still.path("lastSeenTime"));
  }

  @Test
  void aDeviceThatNeverConnectedHasNoTime() {
    var status = status(HELD, NEVER, new Report.None());
    assertEquals("False/NeverConnected", condition(status, "Connected"));
    assertTrue(status.path("lastSeenTime").isMissingNode());
  }

  @Test
  void theStatusIsBoundedHoweverMuchTheDeviceSays() {
    var many = new TreeMap<String, ReportedDocument.Deployment>();
    for (int i = 0; i < 1000; i++) {
      many.put("d" + i, reported("uid", 1, Phase.Running));
    }
    var much = "😀".repeat(10_000);
    var document =
        new ReportedDocument(
            PI,
            "boot",
            1,
            NOW,
            new ReportedDocument.Agent(much, NOW),
            new ReportedDocument.Host(much, much, much),
            many);
    var status = status(HELD, CONNECTED, new Report.Known(document));
    assertEquals(64, status.path("deployments").size());
    assertEquals("😀".repeat(64), status.path("agent").path("version").asText());
    assertTrue(status.toString().length() < 16 * 1024);
  }

  @Test
  void aSecondIdentityIsNamedToTheOwnerAlone() {
    var stranger = new IdentityDocument("https://id.example", "4711", "400");
    var status = refused(HELD, stranger);
    assertEquals("True/SecondIdentity", condition(status, "IdentityRefused"));
    assertTrue(
        message(status, "IdentityRefused")
            .startsWith("subject '4711' of 'https://id.example', organisation '400', asked"),
        message(status, "IdentityRefused"));
    assertEquals(
        "True/SecondIdentity",
        condition(refused(new Standing.TooLarge(1), stranger), "IdentityRefused"));
    var another = refused(new Standing.Refused("far/plant"), stranger);
    assertEquals(Optional.empty(), Condition.find(another, "IdentityRefused"));
  }

  @Test
  void anIdentityFromBeforeTheCrdAskedForAllOfItIsSaidToBeIncomplete() {
    var spec =
        Given.json("{\"identity\":{\"issuer\":\"https://id.example\",\"subject\":\"4711\"}}");
    var status = incomplete(spec, HELD);
    assertEquals("True/IdentityIncomplete", condition(status, "IdentityIncomplete"));
    assertEquals(
        "spec.identity is not written, what was written before stays: organisation is missing",
        message(status, "IdentityIncomplete"));
    assertEquals(
        List.of("IdentityIncomplete"),
        Happening.between(status(HELD, NEVER, new Report.None()), status).stream()
            .filter(Happening::warning)
            .map(Happening::reason)
            .toList());
    var another = incomplete(spec, new Standing.Refused("far/plant"));
    assertEquals(Optional.empty(), Condition.find(another, "IdentityIncomplete"));
    var complete = ((ObjectNode) spec.path("identity")).put("organisation", "400");
    assertEquals(
        Optional.empty(),
        Condition.find(
            incomplete(Given.json("{\"identity\":" + complete + "}"), HELD), "IdentityIncomplete"));
  }

  private static JsonNode incomplete(JsonNode spec, Standing standing) {
    return DeviceStatus.of(
        new Facts(
            Given.device("plant", "pi-1", spec),
            MissingNode.getInstance(),
            standing,
            Optional.of(desired()),
            NEVER,
            new Report.None(),
            Optional.empty(),
            NOW));
  }

  @Test
  void aStrangersWordsAreShortAndPrintable() {
    var words = "\u001b[2J\n'pi\u202e" + "x".repeat(3000);
    var message =
        message(refused(HELD, new IdentityDocument(words, words, words)), "IdentityRefused");
    assertTrue(message.matches("[ -~]{1,400}"), message);
    assertTrue(message.startsWith("subject '?[2J??pi?xxx"), message);
  }

  private static JsonNode after(JsonNode previous, Connection connection) {
    return status(HELD, connection, new Report.None(), previous);
  }

  private static JsonNode status(Standing standing, Connection connection, Report report) {
    return status(standing, connection, report, MissingNode.getInstance());
  }

  private static JsonNode status(
      Standing standing, Connection connection, Report report, JsonNode previous) {
    return DeviceStatus.of(
        new Facts(
            Given.device("plant", "pi-1"),
            previous,
            standing,
            Optional.of(desired()),
            connection,
            report,
            Optional.empty(),
            NOW));
  }

  private static JsonNode refused(Standing standing, IdentityDocument stranger) {
    return DeviceStatus.of(
        new Facts(
            Given.device("plant", "pi-1"),
            MissingNode.getInstance(),
            standing,
            Optional.of(desired()),
            CONNECTED,
            new Report.None(),
            Optional.of(new Refusal(stranger, NOW)),
            NOW));
  }

  private static DesiredDocument desired() {
    var hello =
        new DesiredDocument.Deployment(
            "uid-hello",
            3,
            NOW,
            0,
            Update.of(JsonNodeFactory.instance.objectNode()),
            Score.of(Given.score("hello:1")));
    return new DesiredDocument(PI, "central/plant", false, new TreeMap<>(Map.of("hello", hello)));
  }

  private static Report report(ReportedDocument.Deployment hello) {
    return new Report.Known(document(new TreeMap<>(Map.of("hello", hello))));
  }

  private static ReportedDocument document(
      TreeMap<String, ReportedDocument.Deployment> deployments) {
    return new ReportedDocument(
        PI,
        "boot",
        1,
        NOW,
        new ReportedDocument.Agent("0.1.0", NOW),
        new ReportedDocument.Host("arm64", "Debian 12", "4.3.1"),
        deployments);
  }
}
