package io.nationtech.iot.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which changes of a status are told as events. */
class HappeningTest {
  private static final JsonNode NONE = MissingNode.getInstance();

  @Test
  void aConditionThatComesToHoldIsTold() {
    assertEquals(
        List.of(new Happening(false, "AllDevicesReady", "all run")),
        Happening.between(NONE, status("Ready", "True", "AllDevicesReady", "all run")));
  }

  @Test
  void theSameAgainIsNoNewsWhateverItsMessage() {
    var before = status("Ready", "False", "DevicesFailed", "one");
    assertEquals(
        List.of(), Happening.between(before, status("Ready", "False", "DevicesFailed", "two")));
  }

  @Test
  void anotherReasonIsTold() {
    var before = status("Ready", "False", "DevicesChanging", "");
    assertEquals(
        List.of(new Happening(true, "DevicesFailed", "pi-1")),
        Happening.between(before, status("Ready", "False", "DevicesFailed", "pi-1")));
  }

  @Test
  void whatIsStillChangingIsNoWarning() {
    var changing =
        status(
            "Ready",
            "False",
            "DevicesChanging",
            "0 of 1",
            "Reconciling",
            "True",
            "DevicesChanging",
            "0 of 1");
    assertEquals(
        List.of(new Happening(false, "DevicesChanging", "0 of 1")),
        Happening.between(NONE, changing));
    assertEquals(
        List.of(new Happening(false, "DeploymentsChanging", "hello")),
        Happening.between(NONE, status("Ready", "False", "DeploymentsChanging", "hello")));
  }

  @Test
  void whatTheOperatorOnlyDoubtsIsNoEvent() {
    assertEquals(
        List.of(), Happening.between(NONE, status("Connected", "Unknown", "Listening", "")));
    var before = status("Ready", "True", "AllDeploymentsReady", "");
    assertEquals(
        List.of(), Happening.between(before, status("Ready", "Unknown", "DeviceOffline", "")));
  }

  @Test
  void aDeviceThatGoesIsAWarningAndHasAMessage() {
    assertEquals(
        List.of(new Happening(true, "HeartbeatsMissed", "HeartbeatsMissed")),
        Happening.between(NONE, status("Connected", "False", "HeartbeatsMissed", "")));
  }

  @Test
  void aRefusedIdentityIsAWarningOnceAndItsEndIsNoNews() {
    var refused = status("IdentityRefused", "True", "SecondIdentity", "4711");
    assertEquals(
        List.of(new Happening(true, "SecondIdentity", "4711")), Happening.between(NONE, refused));
    assertEquals(List.of(), Happening.between(refused, refused));
    assertEquals(List.of(), Happening.between(refused, status()));
  }

  @Test
  void otherConditionsAreNotTold() {
    assertEquals(
        List.of(), Happening.between(NONE, status("Stalled", "True", "DevicesFailed", "")));
  }

  /** Conditions, each by type, status, reason and message. */
  private static JsonNode status(String... words) {
    var status = JsonNodeFactory.instance.objectNode();
    var conditions = status.putArray("conditions");
    for (int i = 0; i < words.length; i += 4) {
      conditions
          .addObject()
          .put("type", words[i])
          .put("status", words[i + 1])
          .put("reason", words[i + 2])
          .put("message", words[i + 3]);
    }
    return status;
  }
}
