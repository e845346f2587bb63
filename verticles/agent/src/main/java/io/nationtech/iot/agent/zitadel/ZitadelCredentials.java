package io.nationtech.iot.agent.zitadel;

import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Diagnosis;
import io.nationtech.iot.agent.identity.Diagnosis.Kind;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.store.TimeFile;
import io.nationtech.iot.nats.BackOff;
import io.nationtech.iot.nats.Credentials;
import io.nats.client.Options;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's access token, always with about half of its life ahead while the identity provider
 * answers. State belongs to the context it was made on; the token is read by jnats' threads.
 */
public final class ZitadelCredentials implements Credentials {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");
  private static final BackOff FAILED = new BackOff(Duration.ofSeconds(4), Duration.ofMinutes(5));

  /** A token that NATS refuses may only lack a role that was granted since it was made. */
  private static final BackOff REFUSED = new BackOff(Duration.ofMinutes(1), Duration.ofMinutes(30));

  /**
   * A server that comes back to ten thousand devices at once has no time for some, and says to them
   * what it says to strangers: the provider has to bear them only where that goes on.
   */
  private static final int MAY_BE_HASTE = 3;

  private static final Duration SHORTEST_REFRESH = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Context context;
  private final Identity.Zitadel identity;
  private final Timekeeper clock;
  private final Kept kept;
  private final TimeFile times;
  private final WorkerExecutor disk;
  private final TokenEndpoint endpoint;
  private volatile @Nullable Token token;
  private Runnable renew = () -> {};
  private @Nullable Kind told;
  private String trouble = "";
  private boolean asking;
  private boolean closed;
  private int failures;
  private int refusals;
  private int refusedInARow;
  private long notBeforeNanos = System.nanoTime();
  private long timer = -1;

  /** {@code kept}: where tokens are kept; {@code token}: the one that was. */
  public ZitadelCredentials(
      Vertx vertx,
      Identity.Zitadel identity,
      Timekeeper clock,
      Kept kept,
      TimeFile times,
      Optional<Token> token) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.identity = identity;
    this.clock = clock;
    this.kept = kept;
    this.times = times;
    this.token = token.orElse(null);
    this.disk = vertx.createSharedWorkerExecutor("identity-file", 1);
    this.endpoint = new TokenEndpoint(vertx, identity, clock, this::heard);
  }

  /** {@code renew} is called after each new token, on the context. */
  public void start(Runnable renew) {
    this.renew = renew;
    var current = token;
    if (current != null && current.validAt(clock.instant())) {
      log.info(
          "signed in as '{}' by the token on disk, valid until {}",
          current.name(),
          current.expires());
      askIn(current.refreshIn(clock.instant(), chance()));
    } else {
      ask();
    }
  }

  /** When the token in hand expires. */
  public Optional<Instant> expires() {
    return Optional.ofNullable(token).map(Token::expires);
  }

  /** Why there is no newer token; empty where nothing is wrong. */
  public String trouble() {
    return trouble;
  }

  /** Even one that seems to have expired: the clock may be wrong, and the server decides. */
  @Override
  public boolean ready() {
    return token != null;
  }

  @Override
  public void apply(Options.Builder options) {
    Credentials.token(this::value).apply(options);
  }

  private String value() {
    var current = token;
    return current == null ? "" : current.value();
  }

  @Override
  public void refused() {
    refusedInARow++;
    var current = token;
    boolean seemsGood = current != null && current.validAt(clock.instant());
    if (!seemsGood || refusedInARow > MAY_BE_HASTE) {
      askBecauseRefused();
    }
  }

  @Override
  public void accepted() {
    refusedInARow = 0;
    refusals = 0;
  }

  /** NATS showed a certificate that fails by its dates only: the provider knows what time it is. */
  public void doubt() {
    context.runOnContext(go -> askBecauseRefused());
  }

  private void askBecauseRefused() {
    if (System.nanoTime() - notBeforeNanos >= 0) {
      notBeforeNanos = System.nanoTime() + REFUSED.after(++refusals, chance()).toNanos();
      ask();
    }
  }

  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    return endpoint.close().eventually(disk::close);
  }

  private void ask() {
    if (asking || closed) {
      return;
    }
    asking = true;
    vertx.cancelTimer(timer);
    endpoint
        .ask()
        .onComplete(
            this::granted,
            e -> {
              asking = false;
              if (e instanceof NotGranted refusal) {
                failed(refusal.diagnosis());
              }
            });
  }

  private void askIn(Duration delay) {
    if (!closed) {
      vertx.cancelTimer(timer);
      timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> ask());
    }
  }

  private void granted(Token granted) {
    asking = false;
    failures = 0;
    trouble = "";
    say(granted);
    token = granted;
    onDisk("the token", () -> kept.save(granted));
    var wait = granted.refreshIn(clock.instant(), chance());
    askIn(wait.compareTo(SHORTEST_REFRESH) < 0 ? SHORTEST_REFRESH : wait);
    if (!closed) {
      renew.run();
    }
  }

  private void say(Token granted) {
    if (told != null) {
      log.info(
          "the identity provider gives tokens again, the present one until {}", granted.expires());
    } else if (token == null) {
      log.info(
          "signed in at {} as '{}' until {}", identity.issuer(), granted.name(), granted.expires());
    }
    told = null;
  }

  private void failed(Diagnosis diagnosis) {
    failures++;
    trouble = diagnosis.sentence();
    // A wrong clock was said where it was put right.
    if (diagnosis.kind() != told && diagnosis.kind() != Kind.CLOCK_OFF) {
      log.warn("{}; {}; trying again, silent until that changes", diagnosis.sentence(), inHand());
      told = diagnosis.kind();
    }
    askIn(FAILED.after(failures, chance()));
  }

  private String inHand() {
    var current = token;
    return current != null && current.validAt(clock.instant())
        ? "the token in hand is valid until " + current.expires()
        : "what runs goes on, but NATS is not reached without a token";
  }

  private void heard(Instant date) {
    var behind = clock.heard(date);
    if (!behind.isZero()) {
      log.warn(
          "this machine's clock is {} the identity provider's: going by the provider's time",
          Diagnosis.off(behind));
    }
    onDisk("the time", () -> times.save(date));
  }

  private interface Write {
    void write() throws IOException;
  }

  private void onDisk(String what, Write write) {
    disk.executeBlocking(
            () -> {
              write.write();
              return true;
            })
        .onFailure(
            e -> {
              if (!closed) {
                log.warn("{} can't be kept on disk: {}", what, e.toString());
              }
            });
  }

  private static double chance() {
    return ThreadLocalRandom.current().nextDouble();
  }
}
