package io.nationtech.iot.callout.jwks;

import io.nationtech.iot.callout.decide.Policy;
import io.nationtech.iot.callout.token.KeySet;
import io.nationtech.iot.callout.token.KeySets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of every trusted issuer: fetched in the background, and because of an unknown key id at
 * most every 30 s. The last good set serves for as long as the issuer is away.
 */
public final class FollowedKeys implements KeySets {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedKeys.class);
  private static final Duration REFRESH = Duration.ofMinutes(5);
  private static final Duration AT_MOST_EVERY = Duration.ofSeconds(30);
  private static final Duration WITHOUT_KEYS = Duration.ofSeconds(5);
  private static final long LOOK_MS = 1_000;

  /** A login waits no longer: nats-server gives up after two seconds. */
  private static final long LOGIN_WAITS_MS = 1_200;

  private final Vertx vertx;
  private final Clock clock;
  private final KeySource source;
  private final Optional<KeyCache> cache;
  private final WorkerExecutor worker;
  private final Map<String, Followed> issuers = new HashMap<>();
  private long fetches;

  /** State of one issuer; it belongs to the verticle's context. */
  private static final class Followed {
    String url;
    KeySet keys = KeySet.EMPTY;
    String text = "";
    Instant asked = Instant.MIN;
    Instant answered = Instant.MIN;
    boolean away;
    @Nullable Future<KeySet> asking;

    Followed(String url) {
      this.url = url;
    }
  }

  /** {@code cacheDirectory}: where the last good keys outlive a restart. */
  public static FollowedKeys overHttp(
      Vertx vertx, Clock clock, Optional<Path> caFile, Optional<Path> cacheDirectory) {
    return new FollowedKeys(
        vertx, clock, new HttpKeySource(vertx, caFile), cacheDirectory.map(KeyCache::new));
  }

  FollowedKeys(Vertx vertx, Clock clock, KeySource source, Optional<KeyCache> cache) {
    this.vertx = vertx;
    this.clock = clock;
    this.source = source;
    this.cache = cache;
    this.worker = vertx.createSharedWorkerExecutor("key-cache", 1);
  }

  /** Begins to look whether a fetch is due. */
  public void start() {
    vertx.setPeriodic(LOOK_MS, timer -> look());
  }

  /** Follows the issuers of {@code policy} from now on, and no others. */
  public void follow(Policy policy) {
    var wanted = new HashMap<String, String>();
    policy.trusts().forEach(trust -> wanted.putIfAbsent(trust.issuer(), trust.keysUrl()));
    issuers.keySet().retainAll(wanted.keySet());
    wanted.forEach(
        (issuer, url) -> {
          var followed = issuers.computeIfAbsent(issuer, is -> new Followed(url));
          if (!followed.url.equals(url)) {
            followed.url = url;
            followed.answered = Instant.MIN;
          }
        });
    issuers.forEach(
        (issuer, followed) -> {
          if (followed.keys.isEmpty()) {
            fromCache(issuer, followed).onComplete(read -> look());
          }
        });
  }

  @Override
  public KeySet of(String issuer) {
    var followed = issuers.get(issuer);
    return followed == null ? KeySet.EMPTY : followed.keys;
  }

  @Override
  public Future<KeySet> refreshed(String issuer, String keyId) {
    var followed = issuers.get(issuer);
    if (followed == null) {
      return Future.succeededFuture(KeySet.EMPTY);
    }
    return ask(issuer, followed, AT_MOST_EVERY)
        .timeout(LOGIN_WAITS_MS, TimeUnit.MILLISECONDS)
        .otherwise(e -> followed.keys);
  }

  /** Whether there are keys of any issuer. */
  public boolean some() {
    return issuers.values().stream().anyMatch(followed -> !followed.keys.isEmpty());
  }

  /** How often an issuer was asked. */
  public long fetches() {
    return fetches;
  }

  /** Asks every issuer whose keys are old. */
  void look() {
    var now = clock.instant();
    issuers.forEach(
        (issuer, followed) -> {
          if (followed.keys.isEmpty()) {
            ask(issuer, followed, WITHOUT_KEYS);
          } else if (followed.answered.isBefore(now.minus(REFRESH))) {
            ask(issuer, followed, AT_MOST_EVERY);
          }
        });
  }

  private Future<KeySet> ask(String issuer, Followed followed, Duration atMostEvery) {
    if (followed.asking != null) {
      return followed.asking;
    }
    var now = clock.instant();
    if (followed.asked.isAfter(now.minus(atMostEvery))) {
      return Future.succeededFuture(followed.keys);
    }
    followed.asked = now;
    fetches++;
    var asked =
        source
            .fetch(followed.url)
            .compose(text -> taken(issuer, followed, text))
            .onFailure(e -> away(issuer, followed, e))
            .otherwise(e -> followed.keys);
    if (!asked.isComplete()) {
      followed.asking = asked;
      asked.onComplete(done -> followed.asking = null);
    }
    return asked;
  }

  private Future<KeySet> taken(String issuer, Followed followed, String text) {
    var keys = Jwks.parse(vertx, text, followed.keys);
    if (keys.isEmpty()) {
      return Future.failedFuture("no usable key in its answer");
    }
    if (followed.away || followed.keys.isEmpty()) {
      LOG.info("keys of {}: there", issuer);
    }
    followed.away = false;
    followed.answered = clock.instant();
    if (!followed.text.equals(text)) {
      followed.keys = keys.get();
      followed.text = text;
      toCache(issuer, text);
    }
    return Future.succeededFuture(followed.keys);
  }

  private static void away(String issuer, Followed followed, Throwable e) {
    if (!followed.away) {
      LOG.warn(
          "keys of {}: can't be fetched{}, tried again for ever: {}",
          issuer,
          followed.keys.isEmpty() ? "" : ", the last ones serve on",
          e.getMessage());
    }
    followed.away = true;
  }

  private Future<Void> fromCache(String issuer, Followed followed) {
    if (cache.isEmpty()) {
      return Future.succeededFuture();
    }
    return worker
        .executeBlocking(() -> cache.get().read(issuer))
        .onSuccess(
            text ->
                text.filter(some -> followed.keys.isEmpty())
                    .flatMap(some -> Jwks.parse(vertx, some, KeySet.EMPTY))
                    .ifPresent(
                        keys -> {
                          LOG.info("keys of {}: from the cache", issuer);
                          followed.keys = keys;
                        }))
        .onFailure(e -> LOG.warn("keys of {}: the cache can't be read: {}", issuer, e.toString()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void toCache(String issuer, String text) {
    cache.ifPresent(
        directory ->
            worker
                .executeBlocking(
                    () -> {
                      directory.write(issuer, text);
                      return true;
                    })
                .onFailure(
                    e -> LOG.warn("keys of {}: the cache can't be written: {}", issuer, e + "")));
  }
}
