package io.nationtech.iot.agent.zitadel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.agent.config.KeyFile;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Diagnosis;
import io.nationtech.iot.agent.identity.Failure;
import io.nationtech.iot.agent.identity.ServiceKey;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.nats.CertificateDatesException;
import io.nationtech.iot.nats.Trust;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks Zitadel for an access token by the JWT-profile grant. vertx-auth-oauth2 is not used for it:
 * it hides the answer's Date, which tells a wrong clock from a wrong key, and signs with the
 * system's time.
 */
final class TokenEndpoint {
  private static final String PATH = "/oauth/v2/token";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final int LONGEST_QUOTE = 100;

  private final Identity.Zitadel identity;
  private final Timekeeper clock;
  private final Consumer<Instant> dates;
  private final Exchange exchange;
  private final Trust trust;
  private final WorkerExecutor worker;

  /**
   * {@code dates}: told the time at the provider, after each answer of a server that is believed.
   */
  TokenEndpoint(Vertx vertx, Identity.Zitadel identity, Timekeeper clock, Consumer<Instant> dates) {
    this.identity = identity;
    this.clock = clock;
    this.dates = dates;
    this.exchange = new Exchange(vertx, identity.issuer());
    this.trust = Trust.in(identity.caFile(), clock, () -> {});
    this.worker = vertx.createSharedWorkerExecutor("identity", 1);
  }

  private record Question(
      ServiceKey key,
      InetAddress at,
      X509ExtendedTrustManager trust,
      String assertion,
      Instant made) {}

  /** Fails with {@link NotGranted}. */
  Future<Token> ask() {
    return attempt()
        .recover(
            e ->
                datesOnly(e)
                    ? askTheTime().compose(learned -> attempt(), unknown -> Future.failedFuture(e))
                    : Future.failedFuture(e))
        .recover(e -> Future.failedFuture(notGranted(e)));
  }

  Future<Void> close() {
    return worker.close();
  }

  private Future<Token> attempt() {
    return worker
        .executeBlocking(this::question)
        .compose(
            question ->
                exchange
                    .tell(question.at(), question.trust(), PATH, form(question.assertion()))
                    .compose(reply -> answered(question, reply)));
  }

  /** All that blocks: reading, looking up, signing. */
  private Question question() throws NotGranted, IOException, GeneralSecurityException {
    ServiceKey key;
    try {
      key = KeyFile.read(identity.keyFile());
    } catch (IOException e) {
      var reason = identity.keyFile() + " " + e.getMessage();
      throw new NotGranted(
          Diagnosis.of(new Failure.NoKey(reason), Optional.empty(), clock.instant()));
    }
    var now = clock.instant();
    return new Question(
        key, exchange.address(), trust.manager(), Assertion.of(key, identity.issuer(), now), now);
  }

  private Buffer form(String assertion) {
    // For this project, with the roles granted in it, and the user's metadata.
    var scope =
        "urn:zitadel:iam:org:project:id:%s:aud %s %s"
            .formatted(
                identity.project(),
                "urn:zitadel:iam:org:projects:roles",
                "urn:zitadel:iam:user:metadata");
    return Buffer.buffer(
        Map.of("grant_type", GRANT, "scope", scope, "assertion", assertion).entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
            .collect(Collectors.joining("&")));
  }

  private Future<Token> answered(Question question, Exchange.Reply reply) {
    var token = token(reply);
    Future<Token> result =
        token.isPresent()
            ? Future.succeededFuture(token.get())
            : Future.failedFuture(
                new NotGranted(
                    Diagnosis.of(failure(reply), Optional.of(question.key()), question.made())));
    reply.date().ifPresent(dates);
    return result;
  }

  private static Optional<Token> token(Exchange.Reply reply) {
    return reply.status() == 200
        ? AccessToken.read(field(reply, "access_token"))
        : Optional.empty();
  }

  private static Failure failure(Exchange.Reply reply) {
    return reply.status() == 200 && !field(reply, "access_token").isEmpty()
        ? new Failure.OpaqueToken()
        : new Failure.Answer(
            reply.status(),
            quoted(field(reply, "error")),
            quoted(field(reply, "error_description")),
            reply.date());
  }

  private static String field(Exchange.Reply reply, String name) {
    try {
      return CanonicalJson.parse(reply.body().getBytes()).path(name).asText();
    } catch (MalformedDocumentException e) {
      return "";
    }
  }

  /** Another's words in our journal: short, and nothing but words. */
  private static String quoted(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST_QUOTE))
        .replaceAll("[^A-Za-z0-9 .,_-]", "?");
  }

  /**
   * Chain and host are right, the dates are not: asks nothing but the time, with nothing secret in
   * it, and believes it where the certificate is valid at that time.
   */
  private Future<Void> askTheTime() {
    return worker
        .executeBlocking(() -> new Probe(exchange.address(), trust.anyTime()))
        .compose(
            probe ->
                exchange
                    .ask(probe.at(), probe.trust().manager(), "/")
                    .compose(reply -> believed(probe.trust(), reply)));
  }

  private record Probe(InetAddress at, Trust.AnyTime trust) {}

  private Future<Void> believed(Trust.AnyTime certificate, Exchange.Reply reply) {
    var date = reply.date().filter(clock::believable).filter(certificate::validAt);
    date.ifPresent(dates);
    return date.isPresent()
        ? Future.succeededFuture()
        : Future.failedFuture(new IOException("the certificate is not valid at any known time"));
  }

  private static boolean datesOnly(Throwable e) {
    return Reasons.causes(e).anyMatch(CertificateDatesException.class::isInstance);
  }

  private NotGranted notGranted(Throwable e) {
    return e instanceof NotGranted known
        ? known
        : new NotGranted(
            Diagnosis.of(
                new Failure.NoAnswer(identity.issuer() + ", " + Reasons.words(e)),
                Optional.empty(),
                clock.instant()));
  }
}
