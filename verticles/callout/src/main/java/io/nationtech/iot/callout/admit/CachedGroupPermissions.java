package io.nationtech.iot.callout.admit;

import io.nationtech.iot.callout.decide.Identity;
import io.nationtech.iot.callout.decide.Permissions;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Remembers what the source said, for ever: while it is away, what it said last holds, so that a
 * valid token always reconnects. An answer that is old is given at once and asked for again behind
 * it.
 */
public final class CachedGroupPermissions implements GroupPermissions {
  private record Key(String issuer, String subject) {}

  private record Answer(Permissions permissions, Instant asked) {}

  private final GroupPermissions source;
  private final Clock clock;
  private final Duration fresh;
  private final Duration patience;
  private final Map<Key, Answer> answers;
  private final Map<Key, Future<Permissions>> asking = new HashMap<>();

  /**
   * {@code fresh}: how long an answer is not asked for again; {@code patience}: how long a first
   * answer is waited for before the identity is let in without; {@code most}: identities
   * remembered.
   */
  public CachedGroupPermissions(
      GroupPermissions source, Clock clock, Duration fresh, Duration patience, int most) {
    this.source = source;
    this.clock = clock;
    this.fresh = fresh;
    this.patience = patience;
    this.answers = new Bounded<>(most);
  }

  @Override
  public Future<Permissions> of(Identity identity) {
    var key = new Key(identity.issuer(), identity.subject());
    var answer = answers.get(key);
    if (answer == null) {
      return ask(key, identity)
          .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
          .otherwise(Permissions.NONE);
    }
    if (answer.asked().plus(fresh).isBefore(clock.instant())) {
      ask(key, identity);
    }
    return Future.succeededFuture(answer.permissions());
  }

  private Future<Permissions> ask(Key key, Identity identity) {
    var before = asking.get(key);
    if (before != null) {
      return before;
    }
    var asked = source.of(identity);
    if (!asked.isComplete()) {
      asking.put(key, asked);
    }
    return asked
        .onSuccess(permissions -> answers.put(key, new Answer(permissions, clock.instant())))
        .onComplete(done -> asking.remove(key));
  }

  /** Forgets what was not used for longest. */
  private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int most;

    Bounded(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }
}
