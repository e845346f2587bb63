package io.nationtech.iot.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistriesTest {
  private static final String IMAGE = "registry.example:5000/plant/hello:2";

  @Test
  void aRegistryThatHasTheImageIsFine() {
    assertTrue(Registries.of(IMAGE, false, Optional.empty()).ok());
    assertEquals(
        "its registry has it, and it is here",
        Registries.of(IMAGE, true, Optional.empty()).words());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dial tcp 10.0.0.9:5000: connect: connection refused     | nothing listens there
          dial tcp: lookup registry.example: no such host         | resolvectl query registry.example
          http: server gave HTTP response to HTTPS client         | it speaks plain HTTP
          x509: certificate signed by unknown authority           | /etc/containers/certs.d/registry.example:5000/ca.crt
          unauthorized: authentication required                   | a user and a password
          reading manifest 2: manifest unknown                    | has no such image
          dial tcp 10.0.0.9:5000: i/o timeout                     | curl -sv https://registry.example:5000/v2/
          """)
  void whatPodmanSaysBecomesWhatToDo(String podman, String remedy) {
    var finding = Registries.of(IMAGE, false, Optional.of("pinging container registry: " + podman));
    assertFalse(finding.ok());
    assertTrue(finding.remedy().contains(remedy), finding.remedy());
    assertTrue(finding.words().endsWith("; the image is not here"), finding.words());
  }

  @Test
  void anImageWithoutARegistryIsHereOrHasToBeBrought() {
    assertTrue(Registries.of("localhost/hello:1", true, Optional.of("no such host")).ok());
    var missing = Registries.of("localhost/hello:1", false, Optional.empty());
    assertTrue(missing.remedy().contains("podman load"), missing.remedy());
  }

  @ParameterizedTest
  @CsvSource({
    "hello:2,docker.io",
    "library/hello,docker.io",
    "registry.example/hello,registry.example",
    "127.0.0.1:15000/hello:2,127.0.0.1:15000"
  })
  void theRegistryIsInTheName(String image, String host) {
    assertEquals(host, Registries.host(image));
  }
}
