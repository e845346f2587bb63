package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Carries out one step. The order within a step is what keeps a working container safe: nothing old
 * is stopped before the new container is there, and nothing old is removed by the step that
 * replaces it.
 */
final class Executor {
  private final ContainerRuntime runtime;
  private final BiPredicate<ServiceKey, Service> wanted;
  private final BiFunction<ServiceKey, Service, Delivery> deliveries;
  private final BiConsumer<Step.Pull, String> images;
  private final BiConsumer<ServiceKey, Phase> phases;
  private final Repair repair;
  private final Map<ServiceKey, Pull> pulls = new TreeMap<>(ServiceKey.ORDER);

  private record Pull(Service service, Promise<Void> unwanted) {}

  /**
   * Does nothing yet.
   *
   * @param wanted whether a service is still to be made, asked after its image was pulled
   * @param images is told the id of each image that was pulled
   * @param deliveries gives what a service needs beside its document
   * @param phases is told what is being done to a service just now
   */
  Executor(
      ContainerRuntime runtime,
      BiPredicate<ServiceKey, Service> wanted,
      BiConsumer<Step.Pull, String> images,
      BiFunction<ServiceKey, Service, Delivery> deliveries,
      BiConsumer<ServiceKey, Phase> phases) {
    this.runtime = runtime;
    this.wanted = wanted;
    this.images = images;
    this.deliveries = deliveries;
    this.phases = phases;
    this.repair = new Repair(runtime, deliveries, this::renewImage);
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
    return provide(step)
        .recover(
            e ->
                RuntimeFailure.isDamage(e)
                    ? repair.image(step.key(), step.service(), e).compose(anew -> provide(step))
                    : Future.failedFuture(e));
  }

  private Future<Void> provide(Step.Pull step) {
    var key = step.key();
    var unwanted = Promise.<Void>promise();
    pulls.put(key, new Pull(step.service(), unwanted));
    return runtime
        .provideImage(
            step.service(),
            deliveries.apply(key, step.service()),
            () -> phases.accept(key, Phase.Pulling),
            unwanted.future())
        .onComplete(done -> pulls.remove(key))
        .transform(
            done ->
                wanted.test(key, step.service())
                    ? provided(step, done)
                    : Future.failedFuture(new NoLongerWanted()));
  }

  private Future<Void> renewImage(ServiceKey key, Service service) {
    var unwanted = Promise.<Void>promise();
    pulls.put(key, new Pull(service, unwanted));
    phases.accept(key, Phase.Pulling);
    return runtime
        .renewImage(service, deliveries.apply(key, service), unwanted.future())
        .onComplete(done -> pulls.remove(key));
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
    var service = step.service();
    var name = step.unproven() ? key.next(1) : key.toString();
    var image = step.imageId().orElse(service.image());
    return repair
        .create(key, name, service, image)
        .compose(
            made ->
                beginFirst(step, () -> begin(key, name, made, service, image))
                    .recover(
                        e ->
                            step.unproven() && !RuntimeFailure.of(e).runtimeIsAway()
                                ? discard(made, RuntimeFailure.of(e))
                                : Future.failedFuture(e)));
  }

  /** A damaged disk is no fault of the version: it is tried again later. */
  private Future<Void> discard(String made, RuntimeFailure e) {
    return runtime
        .remove(made)
        .compose(gone -> RuntimeFailure.isDamage(e) ? Future.failedFuture(e) : notStarted(e));
  }

  private Future<Void> begin(
      ServiceKey key, String name, String container, Service service, String image) {
    phases.accept(key, Phase.Starting);
    return repair.start(key, name, container, service, image);
  }

  /** What it was made from stands in its label. */
  private Future<Void> begin(ObservedContainer container) {
    phases.accept(container.key(), Phase.Starting);
    return PodmanV0.service(container.spec())
        .map(
            service ->
                repair.start(
                    container.key(),
                    container.name(),
                    container.id(),
                    service,
                    container.imageId().isEmpty() ? service.image() : container.imageId()))
        .orElseGet(() -> runtime.start(container.id()));
  }

  /** What had to make way runs again where this does not come to run. */
  private Future<Void> beginFirst(Step step, Supplier<Future<Void>> begin) {
    return endAll(step.yielding())
        .compose(ended -> begin.get())
        .recover(
            e ->
                RuntimeFailure.of(e).runtimeIsAway()
                    ? Future.failedFuture(e)
                    : beginAll(step.yielding()).compose(begun -> Future.failedFuture(e)));
  }

  private Future<Void> beginAll(List<ObservedContainer> containers) {
    var begun = Future.<Void>succeededFuture();
    for (var container : containers) {
      begun = begun.compose(before -> beginOld(container));
    }
    return begun;
  }

  /** What is to be started again although it runs is ill. */
  private Future<Void> startAgain(Step.StartAgain step) {
    var container = step.container();
    var ended = container.ended() ? Future.<Void>succeededFuture() : end(container);
    return ended.compose(over -> beginFirst(step, () -> begin(container)));
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
    var name = freeName(step);
    return repair
        .create(step.key(), name, step.service(), step.service().image())
        .compose(
            next ->
                end(step.old())
                    .compose(ended -> endAll(step.superseded()))
                    .recover(e -> undo(step, next, RuntimeFailure.of(e)))
                    .compose(ended -> begin(step, name, next)))
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

  private Future<Void> begin(Step.Replace step, String name, String next) {
    var service = step.service();
    return beginFirst(step, () -> begin(step.key(), name, next, service, service.image()))
        .recover(
            e ->
                RuntimeFailure.isDamage(e)
                    ? undo(step, next, RuntimeFailure.of(e))
                    : goBack(step, next, RuntimeFailure.of(e)));
  }

  /**
   * What can't be stopped, and a damaged disk, are no fault of the new version: it is tried again
   * later.
   */
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
        .compose(ended -> beginFirst(step, () -> begin(step.proven())))
        .compose(begun -> removeAll(step.others()));
  }

  /** The failed one is removed last: where this is cut off, it tells what has to be done again. */
  private Future<Void> rollBack(Step.RollBack step) {
    return end(step.failed())
        .compose(ended -> step.old().map(this::beginOld).orElseGet(Future::succeededFuture))
        .compose(begun -> runtime.remove(step.failed().id()))
        .compose(removed -> failed(step.reason()));
  }

  /** What did not run before it was to be replaced is started again by itself, if at all. */
  private Future<Void> beginAgain(Step.Replace step) {
    return step.old().running() ? beginOld(step.old()) : Future.succeededFuture();
  }

  /** An old container that does not start now is tried again by itself, later. */
  private Future<Void> beginOld(ObservedContainer old) {
    return begin(old)
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
