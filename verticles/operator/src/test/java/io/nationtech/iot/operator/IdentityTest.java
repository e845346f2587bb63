package io.nationtech.iot.operator;

import static io.nationtech.iot.operator.Platform.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Wire;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pins by spec.identity, and what a refused identity leaves on the Device, on real servers. */
class IdentityTest {
  private static final Platform PLATFORM = new Platform();
  private static final IdentityDocument FIRST = identity("4711");
  private static final IdentityDocument SECOND = identity("4712");

  @BeforeAll
  static void start() {
    PLATFORM.start(PLATFORM.settings("central"));
  }

  @AfterAll
  static void stop() {
    PLATFORM.close();
  }

  @Test
  void thePinFollowsTheSpecAndStaysWhenSpecOrDeviceGoes() {
    PLATFORM.applyDevice("default", "pi-1", FIRST);
    await().until(() -> PLATFORM.pin("pi-1").equals(FIRST.encode()));
    PLATFORM.applyDevice("default", "pi-1", SECOND);
    await().until(() -> PLATFORM.pin("pi-1").equals(SECOND.encode()));
    await().until(() -> event("pi-1", "IdentityPinned", "'4712'").equals("Normal 1"));

    PLATFORM.applyDevice("default", "pi-1");
    PLATFORM.kubectl("delete", "dev/pi-1");
    PLATFORM.applyDevice("default", "pi-0", FIRST);
    await().until(() -> PLATFORM.pin("pi-0").equals(FIRST.encode()));
    assertEquals(SECOND.encode(), PLATFORM.pin("pi-1"));
  }

  @Test
  void aDeviceThatSaysNothingIsNotPinned() {
    PLATFORM.applyDevice("default", "pi-2");
    await().until(() -> PLATFORM.document("pi-2").isPresent());
    await().until(() -> !PLATFORM.condition("dev/pi-2", "Ready").isEmpty());
    assertEquals("", PLATFORM.pin("pi-2"));
  }

  @Test
  void theOwnersPinStandsWhateverAnotherNamespaceSays() {
    PLATFORM.applyDevice("default", "pi-3", FIRST);
    await().until(() -> PLATFORM.pin("pi-3").equals(FIRST.encode()));
    PLATFORM.kubectl("create", "namespace", "other");
    PLATFORM.applyDevice("other", "pi-3", SECOND);
    await()
        .until(
            () ->
                PLATFORM
                    .kubectl("get", "dev", "pi-3", "-n", "other", "-o", "yaml")
                    .contains("ClaimedElsewhere"));
    assertEquals(FIRST.encode(), PLATFORM.pin("pi-3"));
    PLATFORM.kubectl("annotate", "dev/pi-3", Wire.ANNOTATION_TRANSFER_TO + "=central/other");
    await().until(() -> PLATFORM.pin("pi-3").equals(SECOND.encode()));
  }

  @Test
  void aLostBucketIsMadeAndFilledAgain() {
    PLATFORM.applyDevice("default", "pi-4", FIRST);
    await().until(() -> PLATFORM.pin("pi-4").equals(FIRST.encode()));
    PLATFORM.loseBucket(Wire.BUCKET_IDENTITY);
    await().ignoreExceptions().until(() -> PLATFORM.pin("pi-4").equals(FIRST.encode()));
  }

  @Test
  void aStormOfRefusalsIsOneWarningOfPrintableWords() {
    PLATFORM.applyDevice("default", "pi-5", FIRST);
    await().until(() -> PLATFORM.pin("pi-5").equals(FIRST.encode()));
    var hostile = "\u001b[31m\n{{evil}}\u202e" + "x".repeat(2000);
    for (int i = 0; i < 500; i++) {
      refuse("pi-5", new IdentityDocument(hostile, hostile + i, hostile));
      refuse("nobody-" + i, SECOND);
    }
    await()
        .until(
            () -> PLATFORM.condition("dev/pi-5", "IdentityRefused").equals("True/SecondIdentity"));
    await().until(() -> event("pi-5", "SecondIdentity", "was refused").equals("Warning 1"));
    var message = events("pi-5", "SecondIdentity").path("items").get(0).path("message").asText();
    assertTrue(message.matches("subject '[?][ -~]{1,500}"), message);
    assertTrue(message.contains("xxx...'"), message);
    assertEquals(0, events("nobody-1", "SecondIdentity").path("items").size());

    // Who is let in is no longer refused.
    PLATFORM.applyDevice("default", "pi-5", SECOND);
    await().until(() -> PLATFORM.condition("dev/pi-5", "IdentityRefused").isEmpty());
    assertEquals("Warning 1", event("pi-5", "SecondIdentity", "was refused"));
  }

  private static void refuse(String device, IdentityDocument stranger) {
    PLATFORM.hub.publish(Wire.refused(device), stranger.encode().getBytes(UTF_8));
  }

  /** {@code Warning 1}: the type, and how many events of that reason and with those words. */
  private static String event(String device, String reason, String words) {
    var found =
        StreamSupport.stream(events(device, reason).path("items").spliterator(), false)
            .filter(event -> event.path("message").asText().contains(words))
            .toList();
    return found.isEmpty() ? "" : found.getFirst().path("type").asText() + " " + found.size();
  }

  private static JsonNode events(String device, String reason) {
    return PLATFORM.json(
        "get",
        "events",
        "--field-selector=involvedObject.name=" + device + ",reason=" + reason,
        "-o",
        "json");
  }

  private static IdentityDocument identity(String subject) {
    return new IdentityDocument("https://id.example", subject, "400");
  }
}
