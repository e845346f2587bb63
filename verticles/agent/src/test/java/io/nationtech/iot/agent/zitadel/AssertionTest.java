package io.nationtech.iot.agent.zitadel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.TestKeys;
import io.nationtech.iot.codec.CanonicalJson;
import java.net.URI;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class AssertionTest {
  @Test
  void itSaysExactlyWhatZitadelTakesAndIsSigned() throws Exception {
    var pair = TestKeys.pair(2048);
    var now = Instant.parse("2026-11-23T12:00:00Z");
    var assertion =
        Assertion.of(TestKeys.serviceKey(pair), URI.create("https://id.example:8443"), now);

    var parts = assertion.split("\\.", -1);
    assertEquals("{\"alg\":\"RS256\",\"kid\":\"7\",\"typ\":\"JWT\"}", json(parts[0]));
    assertEquals(
        "{\"aud\":\"https://id.example:8443\",\"exp\":%d,\"iat\":%d,\"iss\":\"4009\",\"sub\":\"4009\"}"
            .formatted(now.getEpochSecond() + 3540, now.getEpochSecond() - 60),
        json(parts[1]));
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(pair.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
    assertTrue(signature.verify(Base64.getUrlDecoder().decode(parts[2])));
  }

  private static String json(String part) throws Exception {
    return CanonicalJson.write(CanonicalJson.parse(Base64.getUrlDecoder().decode(part)));
  }
}
