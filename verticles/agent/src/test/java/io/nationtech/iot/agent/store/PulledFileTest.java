package io.nationtech.iot.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nationtech.iot.agent.plan.PulledImages;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which images the agent pulled, after a restart. */
class PulledFileTest {
  private static final PulledImages SOME =
      PulledImages.NONE
          .finished("a:1", "id-a", true, Instant.parse("2026-11-25T04:00:00Z"))
          .begun("b:1");

  @TempDir Path directory = Path.of("");
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void end() {
    await(vertx.close());
  }

  @Test
  void whatWasSavedIsReadBackAndAPullThatWasCutOffIsKnown() {
    var file = new PulledFile(vertx, directory);
    assertEquals(PulledImages.NONE, file.load());
    await(file.save(SOME));
    await(file.settle());
    var read = new PulledFile(vertx, directory).load();
    assertEquals(SOME, read);
    assertEquals(Set.of("b:1"), read.unfinished());
  }

  @Test
  void aDamagedFileMeansThatNothingIsKnownAndNothingMayGo() throws Exception {
    await(new PulledFile(vertx, directory).save(SOME));
    Files.writeString(directory.resolve("images.json"), "damage");
    assertEquals(PulledImages.NONE, new PulledFile(vertx, directory).load());
    assertThrows(
        MalformedDocumentException.class,
        () -> PulledFile.decode("{\"images\":{\"id\":{\"at\":\"once\"}}}"));
  }

  private static void await(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().join();
  }
}
