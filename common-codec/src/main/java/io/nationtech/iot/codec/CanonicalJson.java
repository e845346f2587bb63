package io.nationtech.iot.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;

/**
 * JSON with its keys sorted and every value as it was received: equal documents are equal strings,
 * so a change is found by comparing strings.
 */
public final class CanonicalJson {
  private static final int MAX_DEPTH = 64;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          // Numbers stay as written: 1.50 is not 1.5 to a string comparison.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .nodeFactory(JsonNodeFactory.instance)
          .build();

  private CanonicalJson() {}

  /** Reads one JSON value in UTF-8. */
  public static JsonNode parse(byte[] json) throws MalformedDocumentException {
    return parse(new String(json, StandardCharsets.UTF_8));
  }

  /** Reads one JSON value. */
  public static JsonNode parse(String json) throws MalformedDocumentException {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node == null || node.isMissingNode()) {
        throw new MalformedDocumentException("is empty");
      }
      return node;
    } catch (JsonProcessingException e) {
      var location = e.getLocation();
      throw new MalformedDocumentException(
          location == null
              ? "is not JSON"
              : "is not JSON: line " + location.getLineNr() + ", column " + location.getColumnNr());
    }
  }

  /** Writes {@code node} with sorted keys and no white space. */
  public static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }
}
