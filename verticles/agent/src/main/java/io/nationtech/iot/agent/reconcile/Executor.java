package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Carries out one step. The order within a step is what keeps a working container safe: nothing old
 * is stopped before the new container is there, and nothing old is removed by the step that
 * replaces it.
 */
final class Executor {
  private final ContainerRuntime runtime;
  private final BiPredicate<ServiceKey, Service> wanted;
  private final BiConsumer<Step.Pull, String> images;
  private final BiConsumer<ServiceKey, Phase> phases;
  private final Map<ServiceKey, Pull> pulls = new TreeMap<>(ServiceKey.ORDER);

  private record Pull(Service service, Promise<Void> unwanted) {}

  /**
   * Does nothing yet.
   *
   * @param wanted whether a service is still to be made, asked after its image was pulled
   * @param images is told the id of each image that was pulled
   * @param phases is told what is being done to a service just now
   */
  Executor(
      ContainerRuntime runtime,
      BiPredicate<ServiceKey, Service> wanted,
      BiConsumer<Step.Pull, String> images,
      BiConsumer<ServiceKey, Phase> phases) {
    this.runtime = runtime;
    this.wanted = wanted;
    this.images = images;
    this.phases = phases;
  }

  /**
   * Fails with {@link RuntimeFailure}, {@link ReplacementFailed} where the old version is back, or
   * {@link NoLongerWanted} where nothing was done.
   */
  Future<Void> execute(Step step) {
    return switch (step) {
      case Step.Pull pull -> pull(pull);
      case Step.Start start -> start(start);
      case Step.Replace replace -> replace(replace);
      case Step.Promote promote -> promote(promote);
      case Step.RollBack back -> rollBack(back);
      case Step.Restore restore -> restore(restore);
      case Step.StartAgain again -> startAgain(again);
      case Step.Remove remove -> end(remove.container()).compose(ended -> remove(remove));
    };
  }

  private Future<Void> pull(Step.Pull step) {
    var key = step.key();
    var unwanted = Promise.<Void>promise();
    pulls.put(key, new Pull(step.service(), unwanted));
    return runtime
        .provideImage(step.service(), () -> phases.accept(key, Phase.Pulling), unwanted.future())
        .onComplete(done -> pulls.remove(key))
        .transform(
            done ->
                wanted.test(key, step.service())
                    ? provided(step, done)
                    : Future.failedFuture(new NoLongerWanted()));
  }

  private Future<Void> provided(Step.Pull step, AsyncResult<String> done) {
    if (done.failed()) {
      return Future.failedFuture(done.cause());
    }
    images.accept(step, done.result());
    return Future.succeededFuture();
  }

  /** Ends pulls that are not wanted any more: they can take hours, or never end. */
  void reconsider() {
    Map.copyOf(pulls)
        .forEach(
            (key, pull) -> {
              if (!wanted.test(key, pull.service())) {
                pull.unwanted().tryComplete();
              }
            });
  }

  private Future<Void> start(Step.Start step) {
    var key = step.key();
    var name = step.unproven() ? key.next(1) : key.toString();
    return runtime
        .create(key, name, step.service(), step.imageId().orElse(step.service().image()))
        .compose(
            made ->
                beginFirst(step, made)
                    .recover(
                        e ->
                            step.unproven() && !RuntimeFailure.of(e).runtimeIsAway()
                                ? runtime.remove(made).compose(gone -> notStarted(e))
                                : Future.failedFuture(e)));
  }

  private Future<Void> begin(ServiceKey key, String container) {
    phases.accept(key, Phase.Starting);
    return runtime.start(container);
  }

  /** What had to make way runs again where this does not come to run. */
  private Future<Void> beginFirst(Step step, String container) {
    return endAll(step.yielding())
        .compose(ended -> begin(step.key(), container))
        .recover(
            e ->
                RuntimeFailure.of(e).runtimeIsAway()
                    ? Future.failedFuture(e)
                    : beginAll(step.yielding()).compose(begun -> Future.failedFuture(e)));
  }

  private Future<Void> beginAll(List<ObservedContainer> containers) {
    var begun = Future.<Void>succeededFuture();
    for (var container : containers) {
      begun = begun.compose(before -> beginOld(container.key(), container));
    }
    return begun;
  }

  /** What is to be started again although it runs is ill. */
  private Future<Void> startAgain(Step.StartAgain step) {
    var container = step.container();
    var ended = container.ended() ? Future.<Void>succeededFuture() : end(container);
    return ended.compose(over -> beginFirst(step, container.id()));
  }

  private Future<Void> end(ObservedContainer container) {
    phases.accept(container.key(), Phase.Stopping);
    return container.ended() || container.leaving()
        ? Future.succeededFuture()
        : runtime.stop(container.id(), container.stopTimeout());
  }

  private Future<Void> remove(Step.Remove step) {
    return runtime.remove(step.container().id());
  }

  private Future<Void> replace(Step.Replace step) {
    return runtime
        .create(step.key(), freeName(step), step.service(), step.service().image())
        .compose(
            next ->
                end(step.old())
                    .compose(ended -> endAll(step.superseded()))
                    .recover(e -> undo(step, next, RuntimeFailure.of(e)))
                    .compose(ended -> begin(step, next)))
        .compose(begun -> removeAll(step.superseded()));
  }

  /**
   * Changes that follow each other within seconds leave an unproven container on the first name.
   */
  private static String freeName(Step.Replace step) {
    var taken = step.superseded().stream().map(ObservedContainer::name).toList();
    return IntStream.iterate(1, n -> n + 1)
        .mapToObj(step.key()::next)
        .filter(name -> !taken.contains(name) && !name.equals(step.old().name()))
        .findFirst()
        .orElseThrow();
  }

  private Future<Void> endAll(List<ObservedContainer> containers) {
    var ended = Future.<Void>succeededFuture();
    for (var container : containers) {
      ended = ended.compose(before -> end(container));
    }
    return ended;
  }

  private Future<Void> removeAll(List<ObservedContainer> containers) {
    var removed = Future.<Void>succeededFuture();
    for (var container : containers) {
      removed = removed.compose(before -> runtime.remove(container.id()));
    }
    return removed;
  }

  private Future<Void> begin(Step.Replace step, String next) {
    return beginFirst(step, next).recover(e -> goBack(step, next, RuntimeFailure.of(e)));
  }

  /** What can't be stopped is no fault of the new version: it is tried again later. */
  private Future<Void> undo(Step.Replace step, String next, RuntimeFailure e) {
    return e.runtimeIsAway()
        ? Future.failedFuture(e)
        : beginAgain(step)
            .compose(begun -> runtime.remove(next))
            .compose(gone -> Future.failedFuture(e));
  }

  private Future<Void> goBack(Step.Replace step, String next, RuntimeFailure e) {
    return e.runtimeIsAway()
        ? Future.failedFuture(e)
        : beginAgain(step).compose(begun -> runtime.remove(next)).compose(removed -> notStarted(e));
  }

  private static Future<Void> notStarted(Throwable e) {
    return failed("the new version did not start: " + e.getMessage());
  }

  private Future<Void> promote(Step.Promote step) {
    return endAll(step.replaced())
        .compose(ended -> removeAll(step.replaced()))
        .compose(gone -> runtime.rename(step.proven().id(), step.key().toString()));
  }

  /** The others are removed last: where this is cut off, they tell that it has to be done again. */
  private Future<Void> restore(Step.Restore step) {
    return endAll(step.others())
        .compose(ended -> beginFirst(step, step.proven().id()))
        .compose(begun -> removeAll(step.others()));
  }

  /** The failed one is removed last: where this is cut off, it tells what has to be done again. */
  private Future<Void> rollBack(Step.RollBack step) {
    return end(step.failed())
        .compose(
            ended ->
                step.old().map(old -> beginOld(step.key(), old)).orElseGet(Future::succeededFuture))
        .compose(begun -> runtime.remove(step.failed().id()))
        .compose(removed -> failed(step.reason()));
  }

  /** What did not run before it was to be replaced is started again by itself, if at all. */
  private Future<Void> beginAgain(Step.Replace step) {
    return step.old().running() ? beginOld(step.key(), step.old()) : Future.succeededFuture();
  }

  /** An old container that does not start now is tried again by itself, later. */
  private Future<Void> beginOld(ServiceKey key, ObservedContainer old) {
    return begin(key, old.id())
        .recover(
            e ->
                RuntimeFailure.of(e).runtimeIsAway()
                    ? Future.failedFuture(e)
                    : Future.succeededFuture());
  }

  private static Future<Void> failed(String why) {
    return Future.failedFuture(new ReplacementFailed(why));
  }
}
