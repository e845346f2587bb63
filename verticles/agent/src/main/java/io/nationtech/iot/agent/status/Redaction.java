package io.nationtech.iot.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes out of a text what only this device and its app may know. */
public final class Redaction {
  static final String REMOVED = "(removed)";
  private static final int SHORTEST = 4;

  /** By the list it stands in, the field that may hold a secret. */
  private static final Map<String, String> FIELDS = Map.of("env", "value", "files", "content");

  private static final Pattern LOGIN_IN_ADDRESS = Pattern.compile("(?<=://)[^\\s/@\"]+@");

  /** {@code --password=x}, {@code API_KEY=x}. */
  private static final Pattern NAMED =
      Pattern.compile("(?i)([A-Za-z0-9_.-]*(pass|secret|token|key)[A-Za-z0-9_.-]*=)[^\\s\",]+");

  private final Set<String> secrets;

  /** {@code secrets}: those of the agent itself, as they would stand in a text. */
  public Redaction(Set<String> secrets) {
    this.secrets = Set.copyOf(secrets);
  }

  public String text(String text) {
    var clean = LOGIN_IN_ADDRESS.matcher(text).replaceAll(REMOVED + "@");
    clean = NAMED.matcher(clean).replaceAll("$1" + REMOVED);
    for (var secret : secrets) {
      if (secret.length() >= SHORTEST) {
        clean = clean.replace(secret, REMOVED);
      }
    }
    return clean;
  }

  /** A desired document or a part of it; values of variables and contents of files go. */
  public String json(JsonNode document) {
    var copy = document.deepCopy();
    redact(copy);
    return text(copy.toPrettyString()) + "\n";
  }

  private static void redact(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (var entry : object.properties()) {
        var secret = FIELDS.get(entry.getKey());
        if (secret != null && entry.getValue() instanceof ArrayNode list) {
          list.forEach(item -> remove(item, secret));
        }
        redact(entry.getValue());
      }
    } else {
      node.forEach(Redaction::redact);
    }
  }

  private static void remove(JsonNode item, String field) {
    if (item instanceof ObjectNode object && object.has(field)) {
      object.put(field, REMOVED);
    }
  }
}
