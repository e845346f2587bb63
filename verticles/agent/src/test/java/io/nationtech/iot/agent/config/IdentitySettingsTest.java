package io.nationtech.iot.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.TestKeys;
import io.nationtech.iot.agent.config.Settings.Identity;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitySettingsTest {
  private static final String CREDS =
      """
      -----BEGIN NATS USER JWT-----
      e30.e30.c2ln
      ------END NATS USER JWT------
      -----BEGIN USER NKEY SEED-----
      SUsecret
      ------END USER NKEY SEED------
      """;

  @TempDir private Path directory;
  private Path key;
  private Path creds;

  @BeforeEach
  void write() throws Exception {
    var pem = TestKeys.pkcs1(TestKeys.pair(2048));
    key = TestKeys.secret(directory.resolve("key.json"), TestKeys.keyFile(pem));
    creds = TestKeys.secret(directory.resolve("device.creds"), CREDS);
  }

  @Test
  void eachTypeReadsItsOwnKeys() throws Exception {
    var shared = settings("pi-1", "type = \"shared\"\nuser = \"pi-1\"\npassword = \"secret\"");
    assertEquals(new Identity.Shared("pi-1", "secret"), shared.identity());
    var zitadel =
        settings(
            "pi-1",
            "type = \"zitadel\"\nissuer = \"https://id.example\"\nproject = \"4009\"\nkey_file = \"%s\""
                .formatted(key));
    assertEquals(
        new Identity.Zitadel(URI.create("https://id.example"), "4009", key, Optional.empty()),
        zitadel.identity());
    var file = settings("pi-1", "type = \"nats-creds\"\ncreds_file = \"%s\"".formatted(creds));
    assertEquals(new Identity.NatsCreds(creds), file.identity());
    assertFalse((shared + "" + zitadel + file).contains("secret"));
  }

  @Test
  void onlyASharedUserSaysWhichDeviceItIs() throws Exception {
    var shared = settings("", "type = \"shared\"\nuser = \"pi-1\"\npassword = \"secret\"");
    assertEquals("pi-1", shared.device().value());
    assertEquals(
        List.of("device is missing"),
        problems("", "type = \"nats-creds\"\ncreds_file = \"%s\"".formatted(creds)));
  }

  @Test
  void allProblemsAreSaidTogetherAndNameTheirKeys() {
    assertEquals(
        List.of(
            "identity.issuer must be https://host or https://host:port, nothing after it;"
                + " http:// on this machine only",
            "identity.project is missing",
            "identity.key_file cannot be read: NoSuchFileException",
            "identity.ca_file names a file that cannot be read",
            "device is missing",
            "identity.user is not a setting"),
        problems(
            "",
            """
            type = "zitadel"
            issuer = "http://id.example"
            key_file = "/nowhere/key.json"
            ca_file = "/nowhere/ca.pem"
            user = "pi-1"
            """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Shared", "oidc", "none"})
  void anUnknownTypeIsTheOnlyProblemOfItsTable(String type) {
    assertEquals(
        List.of("identity.type must be one of shared, zitadel, nats-creds"),
        problems("pi-1", "type = \"%s\"\nissuer = \"x\"\nkey_file = \"y\"".formatted(type)));
  }

  @ParameterizedTest
  @CsvSource({
    "https://id.example, true",
    "https://id.example:8443, true",
    "http://localhost:8080, true",
    "http://id.localhost:8080, true",
    "http://127.0.0.1, true",
    "https://id.example/, false",
    "https://id.example/oauth, false",
    "https://user@id.example, false",
    "http://localhost.example, false",
    "ftp://id.example, false",
    "https://id example, false",
    "https://id.example:port, false",
  })
  void anIssuerIsAHostAndNothingElse(String issuer, boolean right) {
    var toml =
        "type = \"zitadel\"\nissuer = \"%s\"\nproject = \"4009\"\nkey_file = \"%s\""
            .formatted(issuer, key);
    if (right) {
      assertEquals(List.of(), problems("pi-1", toml));
    } else {
      assertTrue(problems("pi-1", toml).getFirst().startsWith("identity.issuer must be"));
    }
  }

  @Test
  void secretsThatOthersCanReadAreRefusedWithTheCommandThatMendsIt() throws Exception {
    Files.setPosixFilePermissions(creds, PosixFilePermissions.fromString("rw-r-----"));
    assertEquals(
        List.of(
            "identity.creds_file can be read by others and holds a secret: run chmod 600 " + creds),
        problems("pi-1", "type = \"nats-creds\"\ncreds_file = \"%s\"".formatted(creds)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secret{                        | it is not JSON: line 1",
        "{\"type\":\"application\"}     | type is not serviceaccount",
        "{\"type\":\"serviceaccount\"}  | keyId is missing",
        "{\"type\":\"serviceaccount\",\"keyId\":\"7\",\"userId\":\"4\",\"key\":\"secret\"} | key is not a private key",
      })
  void aKeyFileThatIsNoneSaysWhyAndNothingOfWhatItHolds(String text, String words)
      throws Exception {
    TestKeys.secret(key, text);
    var problems =
        problems(
            "pi-1",
            "type = \"zitadel\"\nissuer = \"https://id.example\"\nproject = \"4009\"\nkey_file = \"%s\""
                .formatted(key));
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.getFirst().startsWith("identity.key_file is not a key file: " + words));
    assertFalse(problems.getFirst().contains("secret"));
  }

  @Test
  void bothFormsOfKeyFilesAreRead() throws Exception {
    var pair = TestKeys.pair(2048);
    for (var pem : List.of(TestKeys.pkcs1(pair), TestKeys.pkcs8(pair))) {
      var read = KeyFile.read(TestKeys.secret(key, TestKeys.keyFile(pem)));
      assertEquals("7", read.keyId());
      assertEquals("4009", read.userId());
      assertEquals(pair.getPrivate(), read.key());
      assertEquals("2029-01-01T00:00:00Z", read.expires().orElseThrow().toString());
    }
  }

  private static Settings settings(String device, String identity) throws SettingsException {
    return SettingsFile.parse(
        (device.isEmpty() ? "" : "device = \"" + device + "\"\n")
            + "[nats]\nurls = [\"nats://nats.example:4222\"]\n[identity]\n"
            + identity);
  }

  private static List<String> problems(String device, String identity) {
    try {
      settings(device, identity);
      return List.of();
    } catch (SettingsException e) {
      return e.problems();
    }
  }

  @Test
  void aFileWithASyntaxErrorIsNotQuoted() {
    var refused =
        assertThrows(
            SettingsException.class,
            () -> settings("pi-1", "type = \"shared\"\npassword = secret"));
    assertFalse(refused.toString().contains("secret"));
  }
}
