package io.nationtech.iot.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person may write into agent.toml, and what they are told. */
class SettingsFileTest {
  private static final String SECRET = "s3cret-in-the-file";
  private static final String LEAST =
      """
      [nats]
      urls = ["nats://127.0.0.1:4222"]
      [identity]
      type = "shared"
      user = "pi-1"
      password = "s3cret-in-the-file"
      """;

  @TempDir Path directory = Path.of("");

  @Test
  void theLeastThatIsNeededHasDefaultsForTheRest() throws SettingsException {
    var settings = SettingsFile.parse(LEAST);
    assertEquals("pi-1", settings.device().value());
    assertEquals(List.of("nats://127.0.0.1:4222"), settings.nats().urls());
    assertEquals(Optional.empty(), settings.nats().caFile());
    assertEquals(Duration.ofSeconds(30), settings.podman().callTimeout());
    assertTrue(settings.podman().socket().endsWith("/podman/podman.sock"));
    assertEquals(Duration.ofSeconds(30), settings.agent().relistInterval());
    assertEquals(Duration.ofSeconds(60), settings.agent().heartbeatInterval());
    assertTrue(settings.agent().stateDirectory().endsWith("iot-agent"));
    assertEquals(new Policy(List.of(), List.of(), false, false), settings.policy());
    assertEquals("INFO", settings.logLevel());
  }

  @Test
  void everySettingIsRead() throws SettingsException {
    var settings =
        SettingsFile.parse(
            "device = \"boiler-7\"\n"
                + LEAST
                + """
                [podman]
                socket = "/run/user/1000/podman/podman.sock"
                call_timeout_seconds = 7
                [agent]
                state_directory = "/var/lib/iot-agent"
                relist_interval_seconds = 8
                heartbeat_interval_seconds = 9
                [policy]
                host_paths = ["/srv/plc"]
                devices = ["/dev/ttyUSB*"]
                host_network = true
                privileged = true
                [log]
                level = "debug"
                """);
    assertEquals("boiler-7", settings.device().value());
    assertEquals("/run/user/1000/podman/podman.sock", settings.podman().socket());
    assertEquals(Duration.ofSeconds(7), settings.podman().callTimeout());
    assertEquals(Path.of("/var/lib/iot-agent"), settings.agent().stateDirectory());
    assertEquals(Duration.ofSeconds(8), settings.agent().relistInterval());
    assertEquals(Duration.ofSeconds(9), settings.agent().heartbeatInterval());
    assertEquals(
        new Policy(List.of("/srv/plc"), List.of("/dev/ttyUSB*"), true, true), settings.policy());
    assertEquals("DEBUG", settings.logLevel());
  }

  @Test
  void allThatIsWrongIsSaidAtOnceEachWithItsKey() {
    var problems =
        problems(
            """
            device = "Pi 1"
            colour = "red"
            [nats]
            urls = ["http://nats.example", "nats://user:s3cret-in-the-file@nats.example"]
            ca_file = "/no/such/file.pem"
            [identity]
            type = "magic"
            user = 5
            [podman]
            call_timeout_seconds = 0
            [agent]
            relist_interval_seconds = "soon"
            heartbeat_interval_seconds = 1.5
            [policy]
            host_paths = ["srv/plc"]
            devices = "all"
            privileged = "yes"
            [disk]
            collect_above_percent = 0
            [log]
            level = "loud"
            sink = "tape"
            """);
    for (var key :
        List.of(
            "device",
            "colour",
            "nats.urls",
            "nats.ca_file",
            "identity.type",
            "identity.user",
            "podman.call_timeout_seconds",
            "agent.relist_interval_seconds",
            "agent.heartbeat_interval_seconds",
            "policy.host_paths",
            "policy.devices",
            "policy.privileged",
            "disk.collect_above_percent",
            "log.level",
            "log.sink")) {
      assertTrue(problems.stream().anyMatch(each -> each.startsWith(key + " ")), key + problems);
    }
    assertFalse(problems.toString().contains(SECRET), problems.toString());
  }

  @Test
  void aMeteredLineHearsLessUnlessItIsToldOtherwise() throws SettingsException {
    var metered = SettingsFile.parse(LEAST + "[agent]\nprofile = \"metered\"\n").agent();
    assertEquals(Duration.ofMinutes(5), metered.heartbeatInterval());
    assertEquals(Duration.ofDays(1), metered.profile().certainty());
    var own = "[agent]\nprofile = \"metered\"\nheartbeat_interval_seconds = 60\n";
    assertEquals(
        Duration.ofMinutes(1), SettingsFile.parse(LEAST + own).agent().heartbeatInterval());
    assertEquals(
        List.of("agent.profile must be one of default, metered"),
        problems(LEAST + "[agent]\nprofile = \"cheap\"\n"));
  }

  @Test
  void anEmptyFileMissesAllThatIsNeededAndSaysEachOnce() {
    var problems = problems("");
    for (var key : List.of("nats.urls", "identity.type")) {
      assertEquals(List.of(key + " is missing"), of(key, problems));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nats, urls, '\"nats://a:4222\"'",
    "nats, urls, '[]'",
    "nats, urls, '[5]'",
    "log, level, 5",
    "log, level, '\"\"'",
    "policy, host_paths, '[5]'",
    "podman, socket, '[]'",
    "agent, state_directory, 5"
  })
  void aKeyThatIsWrongIsSaidOnce(String table, String key, String value) {
    var all = LEAST.replaceAll("urls = .*", table.equals("nats") ? "" : "$0");
    var toml = table.equals("nats") ? all.replace("[nats]", "[nats]\n" + key + " = " + value) : "";
    var problems =
        problems(toml.isEmpty() ? all + "[" + table + "]\n" + key + " = " + value : toml);
    assertEquals(1, of(table + "." + key, problems).size(), problems.toString());
    assertEquals(1, problems.size(), problems.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nats://127.0.0.1",
        "nats://127.0.0.1:4222",
        "tls://nats.example:4222",
        "nats://[::1]:4222"
      })
  void anAddressOfNats(String url) throws SettingsException {
    assertEquals(List.of(url), SettingsFile.parse(withUrl(url)).nats().urls());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nats.example:4222",
        "nats://",
        "nats://:4222",
        "nats://nats.example:99999",
        "nats://nats.example:port",
        "nats://nats example",
        "nats://nats.example/path",
        "http://nats.example",
        "nats://me:s3cret-in-the-file@nats.example:4222",
        "me:s3cret-in-the-file@nats.example"
      })
  void noAddressOfNats(String url) {
    var problems = problems(withUrl(url));
    assertEquals(1, of("nats.urls", problems).size(), problems.toString());
    assertFalse(problems.toString().contains(SECRET), problems.toString());
    assertFalse(problems.toString().contains("null"), problems.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551646", "-1", "0", "3601", "30.0", "\"30\"", "true"})
  void noNumberOfSeconds(String number) {
    var problems = problems(LEAST + "[agent]\nrelist_interval_seconds = " + number);
    assertEquals(
        List.of("agent.relist_interval_seconds must be a whole number from 1 to 3600"), problems);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[podman]\nsocket = \"/run/\\u0000\"",
        "[agent]\nstate_directory = \"a\\u0000\"",
        "[policy]\nhost_paths = [\"/srv/\\u0000\"]",
      })
  void aPathThatIsNoneIsAProblemAndNotACrash(String table) {
    assertEquals(1, problems(LEAST + table).size());
  }

  @Test
  void aTextThatIsNoTomlIsRefusedWithItsPlaceAndNotItsContent() {
    var problems = problems(LEAST + "password = \"" + SECRET);
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().contains("line 7"), problems.getFirst());
    assertFalse(problems.getFirst().contains(SECRET), problems.getFirst());
  }

  @Test
  void aSettingTwiceIsRefused() {
    assertEquals(1, problems(LEAST + "[nats]\nurls = [\"nats://other\"]").size());
  }

  @Test
  void anotherTableBelowATableIsNoSetting() {
    var problems = problems(LEAST + "[nats.tls]\nca = \"x\"\n[[extra]]\na = 1\n");
    assertEquals(
        new HashSet<>(List.of("nats.tls is not a setting", "extra is not a setting")),
        new HashSet<>(problems));
  }

  /** The seed is fixed; a damaged file is read or refused, and never a crash. */
  @Test
  void aDamagedFileIsReadOrRefused() {
    var random = new Random(20_261_124);
    var signs = "[]{}=\"'.,#\n\\ \t0x_-+eT:é\u0000";
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder(LEAST + "[log]\nlevel = \"info\"\n");
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextInt(text.length());
        char sign = signs.charAt(random.nextInt(signs.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, sign);
          case 1 -> text.insert(at, sign);
          default -> text.delete(at, at + random.nextInt(10));
        }
      }
      try {
        SettingsFile.parse(text.toString());
      } catch (SettingsException e) {
        assertFalse(e.problems().isEmpty());
      }
    }
  }

  @Test
  void noSecretIsInTheTextOfTheSettings() throws SettingsException {
    assertFalse(SettingsFile.parse(LEAST).toString().contains(SECRET));
  }

  @Test
  void aFileThatOthersMayReadOrWriteIsRefused() throws IOException, SettingsException {
    var file = Files.writeString(directory.resolve("agent.toml"), LEAST);
    for (var good : List.of("rw-------", "r--------", "rwx------")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(good));
      assertEquals("pi-1", SettingsFile.read(file).device().value());
    }
    for (var bad : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw-rw-rw-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(bad));
      var e = assertThrows(SettingsException.class, () -> SettingsFile.read(file));
      assertTrue(e.problems().getFirst().contains("chmod 600 " + file), e.problems().toString());
    }
  }

  @Test
  void aFileThatIsNotThereOrNoTextIsSaid() throws IOException {
    var none = directory.resolve("none.toml");
    assertThrows(SettingsException.class, () -> SettingsFile.read(none));
    assertThrows(SettingsException.class, () -> SettingsFile.read(directory));
    var noise = Files.write(directory.resolve("noise.toml"), new byte[] {(byte) 0xff, 0, 1});
    Files.setPosixFilePermissions(noise, PosixFilePermissions.fromString("rw-------"));
    assertThrows(SettingsException.class, () -> SettingsFile.read(noise));
  }

  private static String withUrl(String url) {
    return LEAST.replace("nats://127.0.0.1:4222", url);
  }

  private static List<String> problems(String toml) {
    return assertThrows(SettingsException.class, () -> SettingsFile.parse(toml)).problems();
  }

  private static List<String> of(String key, List<String> problems) {
    return problems.stream().filter(problem -> problem.startsWith(key + " ")).toList();
  }
}
