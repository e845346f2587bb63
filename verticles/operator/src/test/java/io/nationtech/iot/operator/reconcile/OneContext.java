package io.nationtech.iot.operator.reconcile;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** The one context that all state of the loop belongs to; a test looks at it from there too. */
final class OneContext implements AutoCloseable {
  final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  <T> T call(Supplier<T> call) {
    var done = Promise.<T>promise();
    context.runOnContext(
        go -> {
          try {
            done.complete(call.get());
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return get(done);
  }

  void run(Runnable call) {
    call(
        () -> {
          call.run();
          return true;
        });
  }

  /** Until it is so, as seen from the context. */
  void until(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> call(condition::getAsBoolean));
  }

  private static <T> T get(Promise<T> done) {
    try {
      return done.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    var closed = Promise.<Void>promise();
    vertx.close().onComplete(closed);
    get(closed);
  }
}
