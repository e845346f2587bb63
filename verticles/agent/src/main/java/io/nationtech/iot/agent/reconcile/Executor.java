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
import java.util.stream.IntStream;

/**
 * Carries out one step. The order within a step is what keeps a working container safe: nothing old
 * is stopped before the new image and the new container are there, and nothing old is removed by
 * the step that replaces it.
 */
final class Executor {
  private final ContainerRuntime runtime;
  private final BiPredicate<ServiceKey, Service> wanted;
  private final BiFunction<ServiceKey, Service, Delivery> deliveries;
  private final BiConsumer<ServiceKey, Phase> phases;
  private final Repair repair;
  private final Map<ServiceKey, Pull> pulls = new TreeMap<>(ServiceKey.ORDER);

  private record Pull(Service service, Promise<Void> unwanted) {}

  /**
   * Does nothing yet.
   *
   * @param wanted whether a service is still to be made, asked after its image was pulled
   * @param deliveries gives what a service needs beside its document
   * @param phases is told what is being done to a service just now
   */
  Executor(
      ContainerRuntime runtime,
      BiPredicate<ServiceKey, Service> wanted,
      BiFunction<ServiceKey, Service, Delivery> deliveries,
      BiConsumer<ServiceKey, Phase> phases) {
    this.runtime = runtime;
    this.wanted = wanted;
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
      case Step.Start start ->
          make(start.key(), start.key().toString(), start.service())
              .compose(
                  container ->
                      begin(start.key(), start.key().toString(), container, start.service()));
      case Step.Replace replace -> replace(replace);
      case Step.Promote promote -> promote(promote);
      case Step.RollBack back -> rollBack(back);
      case Step.Restore restore -> restore(restore);
      case Step.StartAgain again -> startAgain(again);
      case Step.Remove remove -> end(remove.container()).compose(ended -> remove(remove));
    };
  }

  private Future<String> make(ServiceKey key, String name, Service service) {
    var unwanted = Promise.<Void>promise();
    pulls.put(key, new Pull(service, unwanted));
    var delivery = deliveries.apply(key, service);
    return runtime
        .provideImage(service, delivery, () -> phases.accept(key, Phase.Pulling), unwanted.future())
        .onComplete(done -> pulls.remove(key))
        .transform(
            done ->
                wanted.test(key, service)
                    ? provided(done)
                    : Future.failedFuture(new NoLongerWanted()))
        .recover(
            e ->
                RuntimeFailure.isDamage(e) ? repair.image(key, service, e) : Future.failedFuture(e))
        .compose(there -> repair.create(key, name, service));
  }

  private Future<Void> renewImage(ServiceKey key, Service service) {
    var unwanted = Promise.<Void>promise();
    pulls.put(key, new Pull(service, unwanted));
    phases.accept(key, Phase.Pulling);
    return runtime
        .renewImage(service, deliveries.apply(key, service), unwanted.future())
        .onComplete(done -> pulls.remove(key));
  }

  private static Future<Void> provided(AsyncResult<Void> done) {
    return done.succeeded() ? Future.succeededFuture() : Future.failedFuture(done.cause());
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

  private Future<Void> begin(ServiceKey key, String name, String container, Service service) {
    phases.accept(key, Phase.Starting);
    return repair.start(key, name, container, service);
  }

  /** What it was made from stands in its label. */
  private Future<Void> begin(ObservedContainer container) {
    phases.accept(container.key(), Phase.Starting);
    return PodmanV0.service(container.spec())
        .map(service -> repair.start(container.key(), container.name(), container.id(), service))
        .orElseGet(() -> runtime.start(container.id()));
  }

  /** What is to be started again although it runs is ill. */
  private Future<Void> startAgain(Step.StartAgain step) {
    var container = step.container();
    var ended = container.ended() ? Future.<Void>succeededFuture() : end(container);
    return ended.compose(over -> begin(container));
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
    return make(step.key(), name, step.service())
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
    return begin(step.key(), name, next, step.service())
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
        : beginAgain(step)
            .compose(begun -> runtime.remove(next))
            .compose(removed -> failed("the new version did not start: " + e.getMessage()));
  }

  private Future<Void> promote(Step.Promote step) {
    return endAll(step.replaced())
        .compose(ended -> removeAll(step.replaced()))
        .compose(gone -> runtime.rename(step.proven().id(), step.key().toString()));
  }

  /** The others are removed last: where this is cut off, they tell that it has to be done again. */
  private Future<Void> restore(Step.Restore step) {
    return endAll(step.others())
        .compose(ended -> begin(step.proven()))
        .compose(begun -> removeAll(step.others()));
  }

  /** The failed one is removed last: where this is cut off, it tells what has to be done again. */
  private Future<Void> rollBack(Step.RollBack step) {
    return end(step.failed())
        .compose(ended -> beginOld(step.old()))
        .compose(begun -> runtime.remove(step.failed().id()))
        .compose(removed -> failed(step.reason()));
  }

  /** A job that was done before it was to be replaced is not done twice. */
  private Future<Void> beginAgain(Step.Replace step) {
    return step.old().done() ? Future.succeededFuture() : beginOld(step.old());
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
