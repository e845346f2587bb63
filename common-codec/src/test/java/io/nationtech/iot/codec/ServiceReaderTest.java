package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each field of a service is what it must be, or is refused by its name. */
class ServiceReaderTest {
  private static final long SEED = 20_261_125;

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "64Mi, 67108864",
    "1Ki, 1024",
    "2Gi, 2147483648",
    "5k, 5000",
    "5M, 5000000",
    "1G, 1000000000",
    "9223372036854775807, 9223372036854775807",
  })
  void memoryIsInBytes(String text, long bytes) {
    assertEquals(
        Optional.of(bytes), service("resources.memory", text).confinement().resources().memory());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "1.5Gi",
        "64 Mi",
        "64mi",
        "64MB",
        "Mi",
        "1e3",
        "0x10",
        "1Ti",
        "064Mi",
        " 1",
        "1\\n",
        "9223372036854775808",
        "9999999999Gi",
        "٣"
      })
  void whatIsNoAmountOfMemoryIsRefused(String text) {
    assertEquals("resources.memory must be bytes, as in 64Mi", refusal("resources.memory", text));
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 500",
    "1, 1000",
    "2.125, 2125",
    "500m, 500",
    "0.01, 10",
    "10m, 10",
    "16.0, 16000"
  })
  void cpusAreInThousandthsOfACore(String text, long thousandths) {
    var resources = service("resources.cpus", text).confinement().resources();
    assertEquals(Optional.of(thousandths), resources.cpus());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "0", "0.0", "0.001", "9m", "0m", "-1", ".5", "1.", "0.0005", "1e1", "1,5", "1 ", "050m",
        "٣"
      })
  void whatIsNoShareOfProcessorsIsRefused(String text) {
    assertEquals(
        "resources.cpus must be cores, as in 0.5 or 500m", refusal("resources.cpus", text));
  }

  @Test
  void anyAmountThatIsWrittenIsReadAsItself() {
    var random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      long bytes = 1 + (random.nextLong() >>> 1 + random.nextInt(60));
      assertEquals(Optional.of(bytes), Quantity.bytes(String.valueOf(bytes)), "seed " + SEED);
      long mebibytes = 1 + random.nextInt(1_000_000);
      assertEquals(Optional.of(mebibytes << 20), Quantity.bytes(mebibytes + "Mi"));
      long cores = 10 + random.nextInt(99_999_000);
      var decimal = "%d.%03d".formatted(cores / 1000, cores % 1000);
      assertEquals(Optional.of(cores), Quantity.thousandths(decimal));
      assertEquals(Optional.of(cores), Quantity.thousandths(cores + "m"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a", "/a/b.c", "/ü", "/a b", "/..a/b..", "/..."})
  void aPathIsTakenAsItIs(String path) {
    assertEquals(path, service("workingDir", path).process().workingDir().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "//",
        "/a/",
        "/a//b",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/a/..",
        "../a",
        "/a\\u0000",
        "/a\\nb"
      })
  void aPathThatCouldLeadElsewhereIsRefused(String path) {
    assertEquals(
        "workingDir must be an absolute path without '.', '..' and '//'",
        refusal("workingDir", path));
  }

  /** An expression that goes into itself for each part would end the agent here. */
  @Test
  void aPathOfAHundredThousandPartsIsRefusedAndNotACrash() {
    refusal("workingDir", "/a".repeat(100_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.9", "255.255.255.255", "fd00::9", "::1", "::ffff:10.0.0.9"})
  void anAddressIsALiteral(String ip) {
    var hosts = read("\"extraHosts\":[{\"name\":\"plc\",\"ip\":\"" + ip + "\"}]").networking();
    assertEquals(ip, hosts.extraHosts().getFirst().ip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "256.0.0.1",
        "10.0.0.9:80",
        "fe80::1%eth0",
        "localhost",
        "::g",
        ":",
        "1.2.3.4.5",
        "0x7f.0.0.1"
      })
  void whatIsNoAddressIsRefused(String ip) {
    assertEquals(
        "extraHosts[0].ip must be an IP address",
        message("\"extraHosts\":[{\"name\":\"plc\",\"ip\":\"" + ip + "\"}]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"user\":\"root;id\" | user must be a user, or user:group",
        "\"user\":\"1:2:3\" | user must be a user, or user:group",
        "\"user\":\"\" | user must be a user, or user:group",
        "\"user\":1000 | user must be a string",
        "\"extraHosts\":[{\"name\":\"a:b\",\"ip\":\"::1\"}] | extraHosts[0].name must be a host name",
        "\"extraHosts\":[{\"name\":\"a\"}] | extraHosts[0].ip is missing",
        "\"capabilities\":{\"add\":[\"net_raw\"]} | capabilities.add must be a list of capabilities"
            + " such as NET_BIND_SERVICE",
        "\"capabilities\":{\"drop\":\"ALL\"} | capabilities.drop must be a list",
        "\"readOnlyRootFilesystem\":\"yes\" | readOnlyRootFilesystem must be true or false",
        "\"secrets\":[{\"name\":\"a\",\"path\":\"../x\",\"key\":\"k\",\"env\":\"E\"}] | secrets[0].path must"
            + " be a path without '.', '..' and '//', not from '/'",
        "\"secrets\":[{\"name\":\"a\",\"path\":\"/x\",\"key\":\"k\",\"env\":\"E\"}] | secrets[0].path must"
            + " be a path without '.', '..' and '//', not from '/'",
        "\"secrets\":[{\"name\":\"a\",\"path\":\"x\",\"key\":\"k\"}] | secrets[0].env or file must be"
            + " given, and not both",
        "\"secrets\":[{\"name\":\"a\",\"path\":\"x\",\"key\":\"\",\"env\":\"E\"}] | secrets[0].key must be"
            + " a key of a secret",
        "\"healthcheck\":{} | healthcheck.command is missing or empty",
        "\"healthcheck\":{\"command\":[\"\"]} | healthcheck.command is missing or empty",
        "\"healthcheck\":{\"command\":\"true\"} | healthcheck.command must be a list",
        "\"healthcheck\":{\"command\":[\"true\"],\"periodSeconds\":0} | healthcheck.periodSeconds"
            + " must be a whole number from 1 to 86400",
        "\"dependsOn\":[{\"service\":\"db\"}] | dependsOn[0].condition is missing",
        "\"dependsOn\":[{\"condition\":\"Started\"}] | dependsOn[0].service is missing",
        "\"dependsOn\":[{\"service\":\"db\",\"condition\":\"Ready\"}] | dependsOn[0].condition"
            + " must be one of [Started, Healthy, Completed]",
        "\"resources\":{\"pids\":0} | resources.pids must be a whole number from 1 to 4194304",
        "\"resources\":{\"memory\":64} | resources.memory must be a string",
        "\"devices\":[{\"hostPath\":\"/dev/../etc/shadow\"}] | devices[0].hostPath must be an"
            + " absolute path without '.', '..' and '//'",
        "\"devices\":[{\"hostPath\":\"/dev/a:/dev/b\"}] | devices[0].hostPath and containerPath may"
            + " not hold ':'",
        "\"devices\":[{\"hostPath\":\"/dev/a\",\"permissions\":\"\"}] | devices[0].permissions must"
            + " be of r, w and m, in this order",
        "\"devices\":[{\"hostPath\":\"/dev/a\",\"permissions\":\"rx\"}] | devices[0].permissions"
            + " must be of r, w and m, in this order",
        "\"files\":[{\"path\":\"/\",\"content\":\"\"}] | files[0].path must be an absolute path"
            + " without '.', '..' and '//'",
        "\"files\":[{\"path\":\"/a\"}] | files[0].content is missing",
        "\"files\":[{\"path\":\"/a\",\"content\":\"\",\"mode\":\"4755\"}] | files[0].mode must be"
            + " octal, as in 0644",
        "\"files\":[{\"path\":\"/a\",\"content\":\"\",\"mode\":\"0888\"}] | files[0].mode must be"
            + " octal, as in 0644",
        "\"volumes\":[{\"name\":\"v\",\"mountPath\":\"/data/\"}],\"files\":[{\"path\":\"/data/a\","
            + "\"content\":\"\"}] | files[0].path lies in a volume, /data/",
      })
  void whatIsWrongIsNamed(String fields, String message) {
    assertEquals(message, message(fields));
  }

  @Test
  void aFileBesideAVolumeIsFine() {
    var service =
        read(
            "\"volumes\":[{\"name\":\"v\",\"mountPath\":\"/data\"}],\"files\":[{\"path\":\"/data2\","
                + "\"content\":\"\",\"mode\":\"600\"}]");
    assertEquals(Optional.of(0600), service.storage().files().getFirst().mode());
  }

  private static Service service(String field, String value) {
    return read(nested(field, value));
  }

  private static String refusal(String field, String value) {
    return message(nested(field, value));
  }

  private static String nested(String field, String value) {
    var parts = field.split("\\.", -1);
    return parts.length == 1
        ? "\"%s\":\"%s\"".formatted(field, value)
        : "\"%s\":{\"%s\":\"%s\"}".formatted(parts[0], parts[1], value);
  }

  private static String message(String fields) {
    var refused =
        assertThrows(MalformedDocumentException.class, () -> ServiceReader.read(fields(fields)));
    return String.valueOf(refused.getMessage());
  }

  private static Service read(String fields) {
    try {
      return ServiceReader.read(fields(fields));
    } catch (MalformedDocumentException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static Fields fields(String fields) throws MalformedDocumentException {
    var json = "{\"name\":\"web\",\"image\":\"i\"," + fields + "}";
    return Fields.of("", CanonicalJson.parse(json));
  }
}
