package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nationtech.iot.callout.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Without an xkey there is no seal, and the server's signature is all that speaks for it. */
class QuestionsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final Signer signer = Signer.generate(Nkey.Kind.ACCOUNT);
  private final Questions unsealed = new Questions(Optional.empty(), signer.publicKey());

  @Test
  void whereNothingIsSealedOnlyWhatAServerSignedIsAQuestion() {
    var signed = request();
    assertInstanceOf(Incoming.Question.class, read(signed));
    var parts = signed.split("\\.", -1);
    var said = parts[0] + "." + parts[1];
    var none = SigningKey.encode("{\"typ\":\"JWT\",\"alg\":\"none\"}") + "." + parts[1] + ".";
    var others = request();
    for (var unsigned :
        List.of(
            "",
            said,
            said + ".",
            none,
            none + parts[2],
            said + others.substring(others.lastIndexOf('.')))) {
      assertEquals(new Incoming.Noise("not signed by a server"), read(unsigned), unsigned);
    }
  }

  /** Of a server with a key of its own. */
  private String request() {
    return new Server(signer.publicKey(), Xkey.generate()).request("token", NOW, claims -> {});
  }

  private Incoming read(String request) {
    return unsealed.read(request.getBytes(US_ASCII), Map.of(), NOW, Duration.ZERO);
  }
}
