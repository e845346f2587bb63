package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  @Test
  void theOrderOfKeysDoesNotMatterAtAnyDepth() throws Exception {
    assertEquals(
        canonical("{\"b\":{\"y\":1,\"x\":[{\"q\":1,\"p\":2}]},\"a\":null}"),
        canonical(" {\"a\":null,\"b\":{\"x\":[{\"p\":2,\"q\":1}],\"y\":1}} "));
  }

  @Test
  void theOrderOfAListMatters() throws Exception {
    assertNotEquals(canonical("[1,2]"), canonical("[2,1]"));
  }

  @Test
  void numbersStayAsTheyWereWritten() throws Exception {
    var json = "[1.50,123456789012345678901234567890,1,0.1]";
    assertEquals(json, canonical(json));
  }

  private static String canonical(String json) throws MalformedDocumentException {
    return CanonicalJson.write(CanonicalJson.parse(json));
  }
}
