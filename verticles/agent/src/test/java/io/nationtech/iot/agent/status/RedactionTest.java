package io.nationtech.iot.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
  private final Redaction redaction = new Redaction(Set.of("s3cret", "", "ab"));

  @Test
  void theAgentsOwnSecretsGoWhereverTheyStand() {
    assertEquals(
        "user pi-1 with (removed), ab and all",
        redaction.text("user pi-1 with s3cret, ab and all"));
  }

  @ParameterizedTest
  @CsvSource({
    "nats://pi-1:pw@nats.example:4222, nats://(removed)@nats.example:4222",
    "--db-password=hunter2 --port=80, --db-password=(removed) --port=80",
    "API_KEY=12345 ok, API_KEY=(removed) ok"
  })
  void whatIsNamedAsASecretGoes(String text, String clean) {
    assertEquals(clean, redaction.text(text));
  }

  @Test
  void valuesOfVariablesAndContentsOfFilesGoAndTheirNamesStay() throws MalformedDocumentException {
    var text =
        redaction.json(
            CanonicalJson.parse(
                """
                {"services":[{"name":"web","env":[{"name":"PIN","value":"4711"}],
                "files":[{"path":"/etc/app.conf","content":"pw 0815"}],"labels":{"env":"x"}}]}
                """));
    assertFalse(text.contains("4711"), text);
    assertFalse(text.contains("0815"), text);
    assertTrue(text.contains("PIN") && text.contains("/etc/app.conf"), text);
  }
}
