package io.nationtech.iot.callout.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.callout.Claims;
import io.nationtech.iot.callout.SigningKey;
import io.nationtech.iot.callout.admit.Tokens.Verification;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose tokens count as signed. */
class JwtTokensTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String ISSUER = "https://id.example";
  private static final SigningKey KEY = SigningKey.rs256("one");

  private final List<String> asked = new ArrayList<>();
  private KeySet keys = set(KEY.jwk());

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void aSignatureOfEachAcceptedKindIsSeen(String algorithm) {
    for (int i = 0; i < 20; i++) {
      var key = SigningKey.generate("k", algorithm);
      keys = set(key.jwk());
      signed(key.sign(claims()));
      unsigned(SigningKey.generate("k", algorithm).sign(claims()));
    }
  }

  @Test
  void aTokenWithoutASignatureIsRefusedWithKeysAndWithout() {
    var claims = SigningKey.encode(claims().toString());
    for (var header : List.of("none", "None", "NONE", "nOnE", "")) {
      var none = SigningKey.encode("{\"alg\":\"" + header + "\",\"kid\":\"one\"}");
      for (var set : List.of(set(KEY.jwk()), KeySet.EMPTY)) {
        keys = set;
        unsigned(none + "." + claims + ".");
        unsigned(none + "." + claims);
        unsigned(none + "." + claims + ".AAAA");
      }
    }
  }

  @Test
  void aPublicKeyIsNoSharedSecret() throws Exception {
    var header = object().put("alg", "HS256").put("kid", "one").put("typ", "JWT");
    var signed =
        SigningKey.encode(header.toString()) + "." + SigningKey.encode(claims().toString());
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.pair().getPublic().getEncoded(), "HmacSHA256"));
    unsigned(
        signed
            + "."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(signed.getBytes())));
  }

  @Test
  void aSymmetricKeyOfTheProviderIsNeverUsed() {
    var symmetric =
        object().put("kty", "oct").put("alg", "HS256").put("kid", "s").put("k", "c2VjcmV0");
    assertTrue(set(symmetric).isEmpty());
    assertTrue(set(KEY.jwk().put("alg", "HS256")).isEmpty());
    assertTrue(set(KEY.jwk().put("alg", "RS1")).isEmpty());
    assertTrue(set(KEY.jwk().put("alg", "ES256")).isEmpty());
    assertTrue(set(KEY.jwk().put("use", "enc")).isEmpty());
    assertTrue(set(KEY.jwk().put("n", "!")).isEmpty());
    assertTrue(set(KEY.jwk().putNull("kid")).isEmpty());
    assertFalse(set(symmetric, KEY.jwk()).isEmpty());
  }

  @Test
  void theAlgorithmIsTheKeysAndNotTheTokens() {
    var other = SigningKey.generate("one", "ES256");
    unsigned(other.sign(claims()));
    var header = object().put("alg", "PS256").put("kid", "one");
    unsigned(KEY.sign(header, claims()));
  }

  @Test
  void aTokenThatWasCheckedBeforeCountsOnlyWhileTheVeryKeyDoes() {
    var token = KEY.sign(claims());
    signed(token);
    signed(token);
    unsigned(token.substring(0, token.length() - 6) + "AAAAAA");
    keys = set(SigningKey.rs256("one").jwk());
    unsigned(token);
    keys = set(SigningKey.rs256("two").jwk());
    unsigned(token);
    keys = KeySet.EMPTY;
    unsigned(token);
    keys = set(KEY.jwk());
    signed(token);
  }

  @Test
  void aKeyThatIsPublishedBesideOthersKeepsItsTokens() {
    signed(KEY.sign(claims()));
    var other = SigningKey.rs256("two").jwk();
    var described = KEY.jwk().put("x5t", "another description");
    assertEquals(1, set(keys, other, described).remembered());
    assertEquals(0, set(keys, other).remembered());
    assertEquals(0, set(keys, SigningKey.rs256("one").jwk()).remembered());
  }

  @Test
  void aWrongSignatureIsNotRememberedAsARightOne() {
    var wrong = SigningKey.rs256("one").sign(claims());
    unsigned(wrong);
    unsigned(wrong);
  }

  @Test
  void whatIsRememberedOfTokensIsBounded() {
    var checked = new CheckedTokens();
    for (int i = 0; i < CheckedTokens.MOST; i++) {
      checked.add("token " + i);
    }
    assertTrue(checked.contains("token 0"));
    checked.add("one more");
    assertEquals(CheckedTokens.MOST, checked.size());
    assertFalse(checked.contains("token 1"), "the one not used for longest goes");
    assertTrue(checked.contains("token 0"));
  }

  @Test
  void aKeyInTheTokenIsNotBelieved() {
    var mine = SigningKey.rs256("one");
    var header = object().put("alg", "RS256").put("kid", "one").put("typ", "JWT");
    header.set("jwk", mine.jwk());
    header.put("jku", "https://evil.example/keys");
    unsigned(mine.sign(header, claims()));
  }

  @Test
  void anUnknownKeyIsAskedForAndThenRefused() {
    var reason = unsigned(SigningKey.rs256("two").sign(claims()));
    assertEquals(List.of("two"), asked);
    assertTrue(reason.contains("'two'"), reason);
    unsigned(KEY.sign(object().put("alg", "RS256"), claims()));
  }

  @Test
  void noOtherSpellingOfATokenIsTheSameToken() {
    var token = KEY.sign(claims());
    signed(token);
    for (var spelling :
        List.of(
            token + ".",
            token + "=",
            token + "==",
            " " + token,
            token + "\n",
            "." + token,
            token.replaceFirst("\\.", "=."),
            token.substring(0, token.length() - 1))) {
      unsigned(spelling);
    }
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(token.charAt(token.length() - 1));
    for (int i = 0; i < 64; i++) {
      if (i != last) {
        unsigned(token.substring(0, token.length() - 1) + alphabet.charAt(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "e30.e30.e30", "e30.W10.AAAA", "opaque"})
  void whatIsNoTokenIsRefused(String token) {
    unsigned(token);
  }

  private void signed(String token) {
    assertInstanceOf(Verification.Signed.class, verify(token));
  }

  private String unsigned(String token) {
    return assertInstanceOf(Verification.Unsigned.class, verify(token)).reason();
  }

  private Verification verify(String token) {
    var source =
        new KeySets() {
          @Override
          public KeySet of(String issuer) {
            return issuer.equals(ISSUER) ? keys : KeySet.EMPTY;
          }

          @Override
          public Future<KeySet> refreshed(String issuer, String keyId) {
            asked.add(keyId);
            return Future.succeededFuture(of(issuer));
          }
        };
    return new JwtTokens(source).verify(token).toCompletionStage().toCompletableFuture().join();
  }

  private static KeySet set(ObjectNode... jwks) {
    return set(KeySet.EMPTY, jwks);
  }

  private static KeySet set(KeySet before, ObjectNode... jwks) {
    return KeySet.of(
        VERTX, List.of(jwks).stream().map(jwk -> new JsonObject(jwk.toString())).toList(), before);
  }

  private static ObjectNode claims() {
    return Claims.device(ISSUER, "pi-1", Instant.now());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
