package io.nationtech.iot.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedCredsTest {
  private static final Instant FIRST = Instant.parse("2026-12-01T00:00:00Z");
  private static final Instant SECOND = Instant.parse("2027-12-01T00:00:00Z");

  @TempDir Path directory = Path.of("");

  @Test
  void anExchangedFileIsConnectedByAtOnceAndABrokenOneOnlyTold() throws Exception {
    var file = TestKeys.secret(directory.resolve("device.creds"), creds(FIRST));
    var vertx = Vertx.vertx();
    try {
      var renewed = new AtomicInteger();
      var followed = new FollowedCreds(vertx, file);
      vertx.runOnContext(go -> followed.start(Duration.ofMillis(20), renewed::incrementAndGet));
      Awaitility.await().until(() -> followed.identity().expires().equals(Optional.of(FIRST)));

      Files.writeString(file, "half a file");
      Awaitility.await().until(() -> !followed.identity().trouble().isEmpty());
      assertTrue(followed.identity().trouble().contains("is not a NATS credentials file"));
      assertEquals(Optional.of(FIRST), followed.identity().expires());
      assertEquals(0, renewed.get());

      Files.writeString(file, creds(SECOND));
      Awaitility.await().until(() -> renewed.get() == 1);
      assertEquals(Optional.of(SECOND), followed.identity().expires());
      assertEquals("", followed.identity().trouble());
      followed.close().toCompletionStage().toCompletableFuture().join();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** As nsc writes it, but for the signature and the seed. */
  private static String creds(Instant expires) throws IOException {
    var claims = "{\"exp\":" + expires.getEpochSecond() + ",\"name\":\"pi-1\"}";
    return """
    -----BEGIN NATS USER JWT-----
    eyJ0eXAiOiJKV1QifQ.%s.c2ln
    ------END NATS USER JWT------

    -----BEGIN USER NKEY SEED-----
    SUA
    ------END USER NKEY SEED------
    """
        .formatted(Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8)));
  }
}
