package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.callout.Claims;
import io.nationtech.iot.callout.SigningKey;
import io.nationtech.iot.callout.admit.Admission;
import io.nationtech.iot.callout.admit.GroupPermissions;
import io.nationtech.iot.callout.admit.Pins;
import io.nationtech.iot.callout.decide.Decision;
import io.nationtech.iot.callout.decide.Policy;
import io.nationtech.iot.callout.policy.PolicyText;
import io.nationtech.iot.callout.token.JwtTokens;
import io.nationtech.iot.callout.token.KeySet;
import io.nationtech.iot.callout.token.KeySets;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Wire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a server is answered, and what gets no answer. */
class AnswersTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String ISSUER = "https://id.example";
  private static final SigningKey KEY = SigningKey.rs256("one");
  private static final String TOKEN = device("pi-1");
  private static final int MUTANTS = 100_000;

  private final Signer signer = Signer.generate(Nkey.Kind.ACCOUNT);
  private final Xkey xkey = Xkey.generate();
  private final Server server = new Server(signer.publicKey(), xkey);
  private final List<Decision> decisions = new ArrayList<>();
  private final Answers answers =
      answers(new Accounts.Configured(signer), Clock.fixed(NOW, ZoneOffset.UTC));

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void anAnswerIsForThisServerAndThisConnectionAlone() {
    var answer = server.open(ask(request(claims -> {})).orElseThrow());
    assertEquals(server.key.publicKey(), answer.path("aud").asText());
    assertEquals(server.user.publicKey(), answer.path("sub").asText());
    assertEquals(signer.publicKey(), answer.path("iss").asText());
    assertFalse(answer.path("nats").has("error"));

    var user = NatsJwt.verified(Nkey.Kind.ACCOUNT, answer.at("/nats/jwt").asText()).orElseThrow();
    assertEquals("DEV", user.path("aud").asText());
    assertEquals("pi-1", user.path("name").asText());
    assertEquals(server.user.publicKey(), user.path("sub").asText());
    assertEquals(NOW.getEpochSecond() + 3600, user.path("exp").asLong());
    assertEquals(52, user.path("jti").asText().length());
    assertEquals(
        "[\"" + Wire.desiredFeed("pi-1") + "\",\"" + Wire.inboxPrefix("pi-1") + ".>\"]",
        user.at("/nats/sub/allow").toString());
    assertEquals(16, user.at("/nats/subs").asInt());
    assertEquals(-1, user.at("/nats/data").asInt());
  }

  @Test
  void aDenialTellsNothing() {
    var denied = ask(request(claims -> token(claims, "secret.secret.secret"))).orElseThrow();
    var answer = server.open(denied);
    assertEquals("not authorized", answer.at("/nats/error").asText());
    assertFalse(answer.path("nats").has("jwt"));
    assertFalse(decisions.toString().contains("secret"));
  }

  @Test
  void inOperatorModeTheAccountsOwnKeySigns() {
    var auth = Signer.generate(Nkey.Kind.ACCOUNT);
    var devices = Signer.generate(Nkey.Kind.ACCOUNT);
    var signing = Signer.generate(Nkey.Kind.ACCOUNT);
    var operated =
        new Accounts.Operated(
            signer,
            auth.publicKey(),
            Map.of("DEV", new Accounts.Account(devices.publicKey(), signing)));
    var asking = new Server(auth.publicKey(), xkey);
    var sealed = asking.seal(asking.request(TOKEN, NOW, claims -> {}));
    var answer =
        asking.open(
            result(
                    answers(operated, Clock.fixed(NOW, ZoneOffset.UTC))
                        .answer(sealed, asking.headers(), Duration.ZERO))
                .orElseThrow());
    assertEquals(auth.publicKey(), answer.at("/nats/issuer_account").asText());
    var user = NatsJwt.verified(Nkey.Kind.ACCOUNT, answer.at("/nats/jwt").asText()).orElseThrow();
    assertEquals(devices.publicKey(), user.at("/nats/issuer_account").asText());
    assertEquals(signing.publicKey(), user.path("iss").asText());
  }

  @Test
  void whatNoServerAskedHereAndNowGetsNoAnswer() {
    var other = Signer.generate(Nkey.Kind.SERVER).publicKey();
    ignored(request(claims -> claims.put("aud", "x")));
    ignored(request(claims -> claims.put("sub", other)));
    ignored(request(claims -> nats(claims).put("type", "user")));
    ignored(request(claims -> ((ObjectNode) nats(claims).get("server_id")).put("id", other)));
    ignored(
        request(
            claims ->
                ((ObjectNode) nats(claims).get("server_id"))
                    .put("xkey", Xkey.generate().publicKey())));
    ignored(request(claims -> nats(claims).put("user_nkey", other)));
    ignored(request(claims -> nats(claims).remove("user_nkey")));
    ignored(request(claims -> claims.remove("exp")));
    ignored(request(claims -> claims.put("exp", NOW.getEpochSecond() + 100_000)));
    var sealed = request(claims -> {});
    assertEquals(Optional.empty(), result(answers.answer(sealed, Map.of(), Duration.ZERO)));
    var plain = server.request(TOKEN, NOW, claims -> {}).getBytes(US_ASCII);
    assertEquals(Optional.empty(), result(answers.answer(plain, server.headers(), Duration.ZERO)));
    assertEquals(Optional.empty(), result(answers.answer(plain, Map.of(), Duration.ZERO)));
  }

  @Test
  void aCapturedRequestIsWorthNothingAMomentLater() {
    var captured = request(claims -> {});
    assertTrue(ask(captured).isPresent());
    var later =
        answers(new Accounts.Configured(signer), Clock.fixed(NOW.plusSeconds(13), ZoneOffset.UTC));
    assertEquals(Optional.empty(), result(later.answer(captured, server.headers(), Duration.ZERO)));
    var earlier =
        answers(new Accounts.Configured(signer), Clock.fixed(NOW.minusSeconds(11), ZoneOffset.UTC));
    assertEquals(
        Optional.empty(), result(earlier.answer(captured, server.headers(), Duration.ZERO)));
  }

  @Test
  void aRequestThatTheServerWillHaveGivenUpIsNotWorkedOn() {
    var request = request(claims -> {});
    assertTrue(
        result(answers.answer(request, server.headers(), Duration.ofSeconds(1))).isPresent());
    int decided = decisions.size();
    var late = result(answers.answer(request, server.headers(), Duration.ofMillis(1001)));
    assertEquals(Optional.empty(), late);
    assertTrue(decisions.get(decided) instanceof Decision.Ignore, decisions.toString());
    // Of half a second nothing is left in whole seconds.
    var hasty = request(claims -> claims.put("exp", NOW.getEpochSecond()));
    assertTrue(result(answers.answer(hasty, server.headers(), Duration.ofMillis(500))).isPresent());
    // A server that waits longer is answered longer.
    var patient = request(claims -> claims.put("exp", NOW.getEpochSecond() + 6));
    assertTrue(
        result(answers.answer(patient, server.headers(), Duration.ofSeconds(3))).isPresent());
  }

  @Test
  void onlyClientsAreLetIn() {
    for (var kind : List.of("Leafnode", "Router", "Gateway", "")) {
      var answer =
          ask(request(claims -> ((ObjectNode) nats(claims).get("client_info")).put("kind", kind)));
      assertTrue(server.open(answer.orElseThrow()).path("nats").has("error"), kind);
    }
  }

  @Test
  void aHundredThousandMutantsCrashNothingAndLetNobodyIn() {
    var random = new Random(4);
    var token = TOKEN;
    var request = server.request(token, NOW, claims -> {});
    var sealed = server.seal(request);
    int answered = 0;
    for (int i = 0; i < MUTANTS; i++) {
      var mutant =
          switch (i % 3) {
            case 0 -> Mutants.mutated(sealed, random);
            case 1 -> server.seal(Mutants.different(request, random));
            default -> request(claims -> token(claims, Mutants.different(token, random)));
          };
      answered += ask(mutant).isPresent() ? 1 : 0;
    }
    assertEquals(MUTANTS, decisions.size());
    assertTrue(decisions.stream().noneMatch(Decision.Allow.class::isInstance));
    assertTrue(decisions.stream().noneMatch(d -> d.toString().contains("an error")));
    // Every third was a server's true question about a token that is none.
    assertTrue(answered >= MUTANTS / 3, "" + answered);
  }

  private byte[] request(Consumer<ObjectNode> edit) {
    return server.seal(server.request(TOKEN, NOW, edit));
  }

  private Optional<byte[]> ask(byte[] sealed) {
    return result(answers.answer(sealed, server.headers(), Duration.ZERO));
  }

  private void ignored(byte[] sealed) {
    assertEquals(Optional.empty(), ask(sealed));
  }

  private static String device(String name) {
    return KEY.sign(Claims.device(ISSUER, name, NOW));
  }

  private static ObjectNode nats(ObjectNode claims) {
    return (ObjectNode) claims.get("nats");
  }

  private static void token(ObjectNode claims, String token) {
    ((ObjectNode) nats(claims).get("connect_opts")).put("auth_token", token);
  }

  private static <T> T result(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  private Answers answers(Accounts accounts, Clock clock) {
    var keys = KeySet.of(VERTX, List.of(new JsonObject(KEY.jwk().toString())), KeySet.EMPTY);
    var sets =
        new KeySets() {
          @Override
          public KeySet of(String issuer) {
            return issuer.equals(ISSUER) ? keys : KeySet.EMPTY;
          }

          @Override
          public Future<KeySet> refreshed(String issuer, String keyId) {
            return Future.succeededFuture(of(issuer));
          }
        };
    var policy = policy();
    var admission =
        new Admission(
            () -> policy,
            new JwtTokens(sets),
            new EveryonePinned(),
            GroupPermissions.none(),
            clock);
    return new Answers(
        admission,
        accounts,
        Optional.of(xkey),
        clock,
        (decision, nanoseconds) -> decisions.add(decision));
  }

  private static Policy policy() {
    try {
      return PolicyText.parse(
          """
          trust:
          - issuer: %s
            project: "%s"
            organisations: ["%s"]
            roles: {device: device}
          limits: {device: {subscriptions: 16}}
          """
              .formatted(ISSUER, Claims.PROJECT, Claims.ORGANISATION));
    } catch (io.nationtech.iot.callout.policy.PolicyException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every id belongs to the service account of its name. */
  private static final class EveryonePinned implements Pins {
    @Override
    public Optional<IdentityDocument> owner(String device) {
      return Optional.of(new IdentityDocument(ISSUER, "subject-of-" + device, Claims.ORGANISATION));
    }

    @Override
    public Future<Void> claim(Decision.Pin pin) {
      return Future.failedFuture("all are pinned");
    }

    @Override
    public void impostor(Decision.Pin pin) {}
  }
}
