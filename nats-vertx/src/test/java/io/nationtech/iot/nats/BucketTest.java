package io.nationtech.iot.nats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a server's answer to a put is read. */
class BucketTest {
  @Test
  void anAnswerHoldsTheNewRevision() {
    assertEquals(7, acknowledged("{\"stream\":\"KV\",\"seq\":7}").result());
  }

  /** The second comes only from a cluster, where it can't be had on demand. */
  @ParameterizedTest
  @ValueSource(ints = {10071, 10164})
  void anotherRevisionIsALostRace(int code) {
    assertInstanceOf(WrongRevisionException.class, refused(code));
  }

  @Test
  void anyOtherRefusalIsSaid() {
    var refused = assertInstanceOf(NatsException.class, refused(10054));
    assertEquals("bucket: as the test says", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "+OK"})
  void whatIsNoAnswerIsAFailure(String answer) {
    assertInstanceOf(NatsException.class, acknowledged(answer).cause());
  }

  private static Throwable refused(int code) {
    return acknowledged(
            "{\"error\":{\"code\":400,\"err_code\":%d,\"description\":\"as the test says\"}}"
                .formatted(code))
        .cause();
  }

  private static Future<Long> acknowledged(String answer) {
    return Bucket.acknowledged("bucket", answer.getBytes(UTF_8));
  }
}
