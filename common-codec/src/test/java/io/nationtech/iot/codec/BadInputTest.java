package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | device is missing",
        "[] | the document must be an object",
        "{\"device\":\"pi-2\"} | device is not pi-1",
        "{\"device\":1} | device must be a string",
        "{\"device\":\"pi-1\",\"owner\":\"a/b\"} | deployments is missing",
        "{\"device\":\"pi-1\",\"owner\":\"a/b\",\"deployments\":{\"a\":{}}} | deployments.a.uid is"
            + " missing",
        "{\"device\":\"pi-1\",\"device\":\"pi-1\"} | is not JSON: line 1, column 27",
        "{\"device\":\"pi-1\"}} | is not JSON: line 1, column 18",
      })
  void aBadDesiredDocumentIsRefusedByTheNameOfItsField(String json, String message) {
    var refused =
        assertThrows(
            MalformedDocumentException.class,
            () ->
                DesiredDocument.decode(GoldenFilesTest.PI, json.getBytes(StandardCharsets.UTF_8)));
    assertEquals(message, refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"KubeV9\",\"data\":{}} | ScoreTypeNotSupported | score.type 'KubeV9' is not"
            + " known here",
        "{\"type\":\"PodmanV0\"} | ScoreInvalid | score.data.services is missing or empty",
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"web\"}]}} | ScoreInvalid |"
            + " score.data.services[0].image is missing",
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"a/b\",\"image\":\"i\"}]}} |"
            + " ScoreInvalid | score.data.services[0].name must be 1 to 63 of a-z, 0-9 and '-', not"
            + " at either end",
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"a\",\"image\":\"i\"},{\"name\":\"a\",\"image\":\"i\"}]}}"
            + " | ScoreInvalid | score.data.services has 'a' twice",
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"a\",\"image\":\"i\",\"labels\":{\"io.nationtech.iot.x\":\"\"}}]}}"
            + " | ScoreInvalid | score.data.services[0].labels may not hold io.nationtech.iot.*",
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"a\",\"image\":\"i\",\"ports\":[{\"containerPort\":0}]}]}}"
            + " | ScoreInvalid | score.data.services[0].ports[0].containerPort must be a whole"
            + " number from 1 to 65535",
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"a\",\"image\":\"i\",\"volumes\":[{\"name\":\"v\",\"hostPath\":\"/x\",\"mountPath\":\"/y\"}]}]}}"
            + " | ScoreInvalid | score.data.services[0].volumes[0].name or hostPath must be given,"
            + " and not both",
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"a\",\"image\":\"i\",\"pullPolicy\":\"Maybe\"}]}}"
            + " | ScoreInvalid | score.data.services[0].pullPolicy must be one of [Always,"
            + " IfNotPresent, Never]",
      })
  void aScoreThatCannotRunSaysWhichFieldAndWhy(String json, String reason, String message)
      throws Exception {
    var score = assertInstanceOf(UnsupportedScore.class, Score.of(CanonicalJson.parse(json)));
    assertEquals(reason, score.reason());
    assertEquals(message, score.message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"soon\":true} | FieldNotSupported | update.soon is not supported by this agent",
        "{\"lock\":{\"volume\":\"v\",\"file\":\"f\",\"by\":1}} | FieldNotSupported | update.lock.by is"
            + " not supported by this agent",
        "{\"minReadySeconds\":-1} | UpdateInvalid | update.minReadySeconds must be a whole number from"
            + " 0 to 86400",
        "{\"lock\":{}} | UpdateInvalid | update.lock.file is missing",
        "{\"lock\":{\"volume\":\"v\",\"file\":\"../f\"}} | UpdateInvalid | update.lock.file must be a path"
            + " in the volume, without '.', '..' and '//'",
        "{\"lock\":{\"volume\":\"../v\",\"file\":\"f\"}} | UpdateInvalid | update.lock.volume must be 1 to"
            + " 63 of a-z, 0-9 and '-', not at either end",
        "{\"maintenanceWindow\":{\"schedule\":\"0 3 * *\",\"durationMinutes\":60}} | UpdateInvalid |"
            + " update.maintenanceWindow.schedule must be five cron fields, as in 0 3 * * 6, that"
            + " come",
        "{\"maintenanceWindow\":{\"schedule\":\"0 3 * * *\",\"durationMinutes\":0}} | UpdateInvalid |"
            + " update.maintenanceWindow.durationMinutes must be a whole number from 1 to 10080",
      })
  void anUpdateRuleThatCannotBeKeptMakesTheDeploymentUnsupportedAndNoOther(
      String update, String reason, String message) throws Exception {
    var golden = GoldenFilesTest.golden("desired");
    var json = golden.replace("{\"minReadySeconds\":10}", update);
    var document =
        DesiredDocument.decode(GoldenFilesTest.PI, json.getBytes(StandardCharsets.UTF_8));
    var score =
        assertInstanceOf(
            UnsupportedScore.class, document.deployments().values().iterator().next().score());
    assertEquals(reason, score.reason());
    assertEquals(message, score.message());
    assertEquals(CanonicalJson.write(CanonicalJson.parse(json)), document.encode());
  }

  @Test
  void aReportedDeploymentHasANameThatAStatusTakes() throws Exception {
    var json = GoldenFilesTest.golden("reported").replace("\"hello\":{", "\"He llo\":{");
    var refused =
        assertThrows(
            MalformedDocumentException.class,
            () ->
                ReportedDocument.decode(GoldenFilesTest.PI, json.getBytes(StandardCharsets.UTF_8)));
    assertEquals("deployments has a name that is no DNS label", refused.getMessage());
  }

  @Test
  void whatIsWrongIsOneShortLineHoweverTheFieldIsNamed() {
    var json =
        "{\"device\":\"pi-1\",\"owner\":\"a/b\",\"deployments\":{\"a\\n"
            + "b".repeat(10_000)
            + "\":{}}}";
    var refused =
        assertThrows(
            MalformedDocumentException.class,
            () ->
                DesiredDocument.decode(GoldenFilesTest.PI, json.getBytes(StandardCharsets.UTF_8)));
    var message = String.valueOf(refused.getMessage());
    assertTrue(message.startsWith("deployments.a?bbb") && message.length() < 400, message);
  }

  @Test
  void aDocumentLargerThanItsBucketAllowsIsRefusedBeforeItIsRead() {
    var large = new byte[Wire.MAX_DESIRED_BYTES + 1];
    assertThrows(
        MalformedDocumentException.class, () -> DesiredDocument.decode(GoldenFilesTest.PI, large));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pi-1", "a", "0", "a-b-c"})
  void aDnsLabelIsADeviceId(String id) {
    assertTrue(DeviceId.isLabel(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "*", ">", "-a", "a-", "A", "ü", "a b", "a\n"})
  void anythingThatCouldBeMoreThanOneTokenIsNoDeviceId(String id) {
    assertFalse(DeviceId.isLabel(id));
    assertThrows(IllegalArgumentException.class, () -> new DeviceId(id));
  }

  @Test
  void aDeviceIdHas63CharactersAtMost() {
    assertTrue(DeviceId.isLabel("a".repeat(63)));
    assertFalse(DeviceId.isLabel("a".repeat(64)));
  }
}
