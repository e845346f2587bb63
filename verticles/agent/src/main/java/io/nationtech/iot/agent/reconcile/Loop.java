package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.Facts;
import io.nationtech.iot.agent.plan.Images;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.Plan;
import io.nationtech.iot.agent.plan.Planner;
import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.agent.plan.Reporter;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.plan.Step;
import io.nationtech.iot.agent.plan.Tally;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Host;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the runtime match the desired document, over and over. A new document, an event of the
 * runtime and a timer all mean the same: look again. One pass at a time looks, plans and begins
 * steps; a step may take long (a pull, a stop), and passes go on meanwhile for the other services.
 * All state belongs to the context the loop was made on.
 */
public final class Loop {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final ContainerRuntime runtime;
  private final Store store;
  private final Habits habits;
  private final Onlooker onlooker;
  private final InstantSource clock = InstantSource.system();
  private final Executor executor;
  private final HealthChecks health;
  private final Housekeeping housekeeping;
  private final Journal journal = new Journal();
  private final History history;
  private final Work work = new Work();
  private final Locks locks;
  private final WallClock wall;
  private Optional<Memory.Known> known;
  private @Nullable Host host;
  private boolean passing;
  private boolean goAgain;
  private boolean closed;
  private long timer = -1;
  private long movedNanos = System.nanoTime();

  /** What this device's owner settled. */
  public record Habits(Policy policy, Secrets secrets, Duration relistInterval) {}

  /** Who hears of each pass. */
  public interface Onlooker {
    void found(Observation observation);

    /** The runtime gave no answer; {@code why} is a sentence. */
    default void unobserved(String why) {}
  }

  /**
   * Does nothing before {@link #start()}.
   *
   * @param memory what the store held when the agent started
   * @param wall what maintenance windows go by
   * @param onlooker is told of every pass, whether it found a change or not
   */
  public Loop(
      Vertx vertx,
      ContainerRuntime runtime,
      Store store,
      Memory memory,
      WallClock wall,
      Habits habits,
      Onlooker onlooker) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.store = store;
    this.habits = habits;
    this.onlooker = onlooker;
    this.wall = wall;
    this.locks = new Locks(runtime);
    this.history = new History(memory);
    this.executor =
        new Executor(
            runtime,
            this::wanted,
            history::pulled,
            new Deliveries(habits.secrets(), () -> known.map(Memory.Known::document))::of,
            this::phase);
    this.health = new HealthChecks(vertx, runtime, clock, this::again);
    this.housekeeping = new Housekeeping(runtime, habits.relistInterval());
    this.known = memory.known();
  }

  /** Looks for the first time, and from then on whenever something may have changed. */
  public void start() {
    runtime.watch(this::again);
    again();
  }

  /** From now on this document is what must run. */
  public void desired(Memory.Known document) {
    boolean changed = known.filter(old -> old.document().equals(document.document())).isEmpty();
    boolean same = known.filter(document::equals).isPresent();
    known = Optional.of(document);
    if (!same) {
      save();
    }
    journal.accepted(document, changed);
    executor.reconsider();
    again();
  }

  /** Looks again, at once or after the pass under way. */
  public void again() {
    if (closed) {
      return;
    }
    goAgain = true;
    if (!passing) {
      pass();
    }
  }

  /** How long ago a pass began or ended; must be called on the loop's context. */
  public Duration sinceLastMove() {
    return Duration.ofNanos(System.nanoTime() - movedNanos);
  }

  /** Begins nothing more; containers and steps under way are left alone. */
  public void close() {
    closed = true;
    health.close();
    vertx.cancelTimer(timer);
  }

  private void pass() {
    passing = true;
    movedNanos = System.nanoTime();
    goAgain = false;
    vertx.cancelTimer(timer);
    // What was being worked on when the look began may be half old in what the look finds.
    var busy = new HashSet<>(work.busy());
    lookedUpHost()
        .compose(there -> runtime.observe())
        .compose(
            observed -> locks.look(Planner.locks(facts(observed, busy))).map(looked -> observed))
        .onComplete(observed -> decided(observed, busy), this::unobserved)
        .onComplete(done -> passed());
  }

  private void passed() {
    passing = false;
    movedNanos = System.nanoTime();
    if (goAgain && !closed) {
      pass();
    }
  }

  private Future<Host> lookedUpHost() {
    return host != null
        ? Future.succeededFuture(host)
        : runtime.host().onSuccess(found -> host = found);
  }

  private void unobserved(Throwable e) {
    if (closed) {
      return;
    }
    host = null;
    var failure = RuntimeFailure.of(e);
    journal.runtimeAway(failure);
    onlooker.unobserved(String.valueOf(failure.getMessage()));
    lookAgainIn(SOON);
  }

  /** Whatever goes wrong in one pass, there is a next one. */
  private void decided(List<ObservedContainer> observed, Set<ServiceKey> busy) {
    try {
      decide(observed, busy);
    } catch (RuntimeException e) {
      journal.undecided(e);
      lookAgainIn(habits.relistInterval());
    }
  }

  private void decide(List<ObservedContainer> found, Set<ServiceKey> busy) {
    journal.runtimeBack();
    var observed = closed ? found : health.follow(found);
    busy.addAll(work.busy());
    history.forget(clock.instant());
    var facts = facts(observed, busy);
    var plan = Planner.plan(facts);
    if (closed) {
      return;
    }
    if (history.planned(plan, facts)) {
      save();
    }
    plan.steps().forEach(this::begin);
    housekeeping.tidy(facts);
    report(facts(observed, work.busy()), plan);
  }

  private Facts facts(List<ObservedContainer> observed, Set<ServiceKey> busy) {
    return new Facts(
        known.map(Memory.Known::document),
        observed,
        history.quarantined(),
        history.failures(),
        history.tried(),
        Set.copyOf(busy),
        habits.policy(),
        habits.secrets().missing(),
        clock.instant(),
        history.proven(),
        new Images(history.pulled(), work.pulling()),
        wall.holding(locks.found(), history.held()));
  }

  private void begin(Step step) {
    if (!work.begin(step)) {
      // A plan may remove several containers of one service: one after the other.
      return;
    }
    journal.began(step);
    history.began(step);
    var version = version(step.key());
    executor.execute(step).onComplete(done -> succeeded(step), e -> failed(step, version, e));
  }

  /** What the deployment of a service is at this moment, for a quarantine later on. */
  private Optional<String> version(ServiceKey key) {
    return known
        .map(document -> document.document().deployments().get(key.deployment()))
        .map(deployment -> deployment.version());
  }

  private void succeeded(Step step) {
    work.end(step);
    journal.succeeded(step);
    history.succeeded(step, clock.instant());
    again();
  }

  private void failed(Step step, Optional<String> version, Throwable e) {
    work.end(step);
    if (closed) {
      return;
    }
    if (e instanceof NoLongerWanted) {
      journal.noLongerWanted(step);
    } else if (e instanceof ReplacementFailed replacement) {
      journal.rolledBack(step, replacement);
      history.rolledBack(step, version, replacement);
      save();
    } else {
      journal.failed(step, history.failed(step, RuntimeFailure.of(e), clock.instant()));
    }
    again();
  }

  private boolean wanted(ServiceKey key, Service service) {
    return !closed && Planner.stillWanted(facts(List.of(), Set.of()), key, service);
  }

  private void phase(ServiceKey key, Phase phase) {
    if (work.phase(key, phase)) {
      journal.phase(key, phase);
      again();
    }
  }

  private void report(Facts facts, Plan plan) {
    journal.refused(plan.refusals());
    journal.held(plan.held());
    var deployments = Reporter.report(facts, plan, work.phases());
    if (host != null) {
      onlooker.found(
          new Observation(
              host, known.map(Memory.Known::revision).orElse(0L), Tally.of(facts), deployments));
    }
    lookAgainIn(
        Reporter.changesSoon(facts, deployments)
            ? SOON
            : history.nextTry(clock.instant(), habits.relistInterval()));
  }

  private void lookAgainIn(Duration wait) {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(Math.max(1, wait.toMillis()), fired -> again());
  }

  private void save() {
    store.save(history.memory(known));
  }
}
