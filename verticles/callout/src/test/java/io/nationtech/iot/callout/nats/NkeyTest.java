package io.nationtech.iot.callout.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.NKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Keys as NATS' own library writes them. */
class NkeyTest {
  @Test
  void aSeedOfNatsGivesTheSameKeyAndASignatureThatNatsTakes() throws Exception {
    for (int i = 0; i < 50; i++) {
      var theirs = NKey.createAccount(null);
      var ours = Signer.ofSeed(Nkey.Kind.ACCOUNT, new String(theirs.getSeed()));
      assertEquals(new String(theirs.getPublicKey()), ours.publicKey());
      assertEquals(new String(theirs.getSeed()), ours.seed());
      var message = new byte[] {1, 2, 3};
      assertTrue(theirs.verify(message, ours.sign(message)));
      assertTrue(
          Signer.verify(
              Nkey.publicKey(Nkey.Kind.ACCOUNT, ours.publicKey()).orElseThrow(),
              message,
              theirs.sign(message)));
    }
  }

  @Test
  void anotherKindOrADamagedKeyIsNone() {
    var key = Signer.generate(Nkey.Kind.USER);
    assertTrue(Nkey.publicKey(Nkey.Kind.USER, key.publicKey()).isPresent());
    assertEquals(Optional.empty(), Nkey.publicKey(Nkey.Kind.SERVER, key.publicKey()));
    var text = key.publicKey();
    for (var bad :
        List.of(
            "",
            "U",
            text + "A",
            text.substring(1),
            text.toLowerCase(java.util.Locale.ROOT),
            text.substring(0, 20) + (text.charAt(20) == 'A' ? 'B' : 'A') + text.substring(21))) {
      assertEquals(Optional.empty(), Nkey.publicKey(Nkey.Kind.USER, bad), bad);
    }
    assertThrows(
        IllegalArgumentException.class, () -> Signer.ofSeed(Nkey.Kind.ACCOUNT, key.seed()));
  }

  @Test
  void aBoxOpensOnlyForTheOneItIsFor() {
    var one = Xkey.generate();
    var two = Xkey.generate();
    var sealed = one.seal(new byte[] {1, 2, 3}, two.publicKey());
    assertEquals(3, two.open(sealed, one.publicKey()).orElseThrow().length);
    assertEquals(Optional.empty(), one.open(sealed, one.publicKey()));
    assertEquals(Optional.empty(), two.open(sealed, two.publicKey()));
    assertEquals(Optional.empty(), two.open(sealed, ""));
    assertEquals(one.publicKey(), Xkey.ofSeed(one.seed()).publicKey());
    assertTrue(!one.toString().contains(one.seed()));
  }
}
