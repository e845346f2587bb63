package io.nationtech.iot.agent.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.TestKeys;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemKeyTest {
  @ParameterizedTest
  @ValueSource(ints = {2048, 3072, 4096})
  void bothFormsGiveTheSameKey(int bits) throws Exception {
    var pair = TestKeys.pair(bits);
    assertArrayEquals(
        pair.getPrivate().getEncoded(), PemKey.read(TestKeys.pkcs8(pair)).getEncoded());
    assertArrayEquals(
        pair.getPrivate().getEncoded(), PemKey.read(TestKeys.pkcs1(pair)).getEncoded());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nc2V=jcmV0\n-----END PRIVATE KEY-----\n"
      })
  void anythingElseIsRefusedWithoutAWordOfIt(String pem) {
    var refused = assertThrows(GeneralSecurityException.class, () -> PemKey.read(pem));
    assertTrue(refused.toString().contains("private key"), refused.toString());
    assertFalse(refused.toString().contains("secret") || refused.toString().contains("c2V"));
  }

  @Test
  void aKeysTextHidesIt() throws Exception {
    var key = TestKeys.serviceKey(TestKeys.pair(2048));
    assertFalse(key.toString().contains("RSA"), key.toString());
  }
}
