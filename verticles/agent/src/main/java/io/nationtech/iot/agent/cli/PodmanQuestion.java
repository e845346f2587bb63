package io.nationtech.iot.agent.cli;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.podman.PodmanRuntime;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/** What podman answers a command: at once, or not at all. Blocks. */
final class PodmanQuestion {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private PodmanQuestion() {}

  /**
   * The answer.
   *
   * @param observed empty where there is none
   * @param detail podman's version, or why there is no answer
   */
  record Answer(Optional<List<ObservedContainer>> observed, String detail) {}

  static Answer ask(Settings settings) {
    try {
      return with(
          settings,
          (vertx, podman) -> {
            var runtime = new PodmanRuntime(vertx, podman, settings.device());
            return runtime
                .host()
                .compose(
                    host ->
                        runtime
                            .observe()
                            .map(
                                all ->
                                    new Answer(
                                        Optional.of(all),
                                        "podman "
                                            + host.podmanVersion()
                                            + " on "
                                            + settings.podman().socket())));
          });
    } catch (CompletionException e) {
      return new Answer(
          Optional.empty(),
          String.valueOf(Optional.ofNullable(e.getCause()).orElse(e).getMessage()));
    }
  }

  /** Fails with a {@link CompletionException} around what {@code question} failed with. */
  static <T> T with(Settings settings, BiFunction<Vertx, Podman, Future<T>> question) {
    var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    var patience = settings.podman().callTimeout();
    var podman =
        new Podman(
            vertx,
            settings.podman().socket(),
            patience.compareTo(PATIENCE) < 0 ? patience : PATIENCE);
    try {
      return question.apply(vertx, podman).toCompletionStage().toCompletableFuture().join();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
