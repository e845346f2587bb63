package io.nationtech.iot.callout;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nationtech.iot.callout.admit.Admission;
import io.nationtech.iot.callout.admit.GroupPermissions;
import io.nationtech.iot.callout.decide.Policy;
import io.nationtech.iot.callout.http.Metrics;
import io.nationtech.iot.callout.jwks.FollowedKeys;
import io.nationtech.iot.callout.nats.Answers;
import io.nationtech.iot.callout.nats.CalloutLink;
import io.nationtech.iot.callout.pin.BucketPins;
import io.nationtech.iot.callout.policy.PolicyException;
import io.nationtech.iot.callout.policy.PolicyFile;
import io.nationtech.iot.callout.token.JwtTokens;
import io.nationtech.iot.observe.Probes;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running callout. */
public final class Callout {
  private static final Logger LOG = LoggerFactory.getLogger(Callout.class);

  private final Vertx vertx;
  private final String deployment;
  private final CalloutVerticle verticle;

  private Callout(Vertx vertx, String deployment, CalloutVerticle verticle) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.verticle = verticle;
  }

  /**
   * Starts one and returns before it has reached anything: NATS and the identity provider may come
   * later, and are tried for ever.
   */
  public static Future<Callout> start(
      Vertx vertx, Clock clock, CalloutSettings settings, PrometheusMeterRegistry registry)
      throws IOException, PolicyException {
    var policy = PolicyFile.read(settings.policyFile());
    var verticle = new CalloutVerticle(clock, settings, policy, registry);
    return vertx
        .deployVerticle(verticle)
        .map(deployment -> new Callout(vertx, deployment, verticle));
  }

  /** Where probes and metrics are served. */
  public int httpPort() {
    return Objects.requireNonNull(verticle.http).actualPort();
  }

  /** Ends it; who is let in stays in. */
  public Future<Void> close() {
    return vertx.undeploy(deployment);
  }

  private static final class CalloutVerticle extends VerticleBase {
    private static final long READY_LOOK_MS = 100;

    private final Clock clock;
    private final CalloutSettings settings;
    private final PolicyFile policy;
    private final PrometheusMeterRegistry registry;
    private @Nullable FollowedKeys keys;
    private @Nullable BucketPins pins;
    private @Nullable CalloutLink link;
    private @Nullable HttpServer http;

    CalloutVerticle(
        Clock clock,
        CalloutSettings settings,
        PolicyFile policy,
        PrometheusMeterRegistry registry) {
      this.clock = clock;
      this.settings = settings;
      this.policy = policy;
      this.registry = registry;
    }

    @Override
    public Future<?> start() {
      var metrics = new Metrics(registry);
      keys =
          FollowedKeys.overHttp(vertx, clock, settings.issuerCaFile(), settings.cacheDirectory());
      pins = new BucketPins(vertx, clock, settings.nats().pins());
      var admission =
          new Admission(policy, new JwtTokens(keys), pins, GroupPermissions.none(), clock);
      var answers = new Answers(admission, settings.accounts(), settings.xkey(), clock, metrics);
      link =
          new CalloutLink(vertx, settings.nats().logins(), settings.nats().connections(), answers);
      keys.start();
      inForce(policy.get());
      policy.follow(vertx, settings.policyInterval(), this::inForce);
      vertx.setPeriodic(READY_LOOK_MS, this::answerWhenReady);
      metrics.gauge("pins", "Device ids that belong to somebody", pins::size);
      metrics.gauge("key_fetches", "How often an issuer was asked for its keys", keys::fetches);
      return new Probes(registry, this::parts)
          .listen(vertx, settings.http().host(), settings.http().port())
          .onSuccess(listening -> http = listening);
    }

    private void inForce(Policy now) {
      Objects.requireNonNull(keys).follow(now);
      var missing = settings.accounts().missing(accounts(now));
      if (!missing.isEmpty()) {
        LOG.error("policy: no key signs for {}: whoever it sends there is denied", missing);
      }
    }

    private static Set<String> accounts(Policy policy) {
      var names = new TreeSet<String>();
      policy
          .trusts()
          .forEach(
              trust -> {
                names.add(trust.accounts().devices());
                names.add(trust.accounts().people());
              });
      return names;
    }

    /** In the queue group sooner, it would take requests from another that can answer them. */
    private void answerWhenReady(long timer) {
      if (Objects.requireNonNull(keys).some() && Objects.requireNonNull(pins).loaded()) {
        Objects.requireNonNull(link).answer();
        vertx.cancelTimer(timer);
      }
    }

    private Map<String, Boolean> parts() {
      var parts = new LinkedHashMap<String, Boolean>();
      parts.put("nats", Objects.requireNonNull(link).connected());
      parts.put("keys", Objects.requireNonNull(keys).some());
      parts.put("pins", Objects.requireNonNull(pins).loaded());
      parts.put("answering", Objects.requireNonNull(link).answering());
      return parts;
    }

    @Override
    public Future<?> stop() {
      return Future.join(
          Objects.requireNonNull(link).close(),
          Objects.requireNonNull(pins).close(),
          http == null ? Future.succeededFuture() : http.close());
    }
  }
}
