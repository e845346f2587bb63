package io.nationtech.iot.agent.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads keys out of a TOML text, and gathers every problem on the way. */
final class Toml {
  private final JsonNode root;
  private final Set<String> known = new HashSet<>();
  private final Set<String> complained = new HashSet<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Counts> counts = new LinkedHashMap<>();

  /** What came of a key. */
  record Counts(boolean inFile, Object value) {}

  private Toml(JsonNode root) {
    this.root = root;
  }

  static Toml of(String text) throws SettingsException {
    try {
      return new Toml(new TomlMapper().readTree(text));
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      // The parser's own message quotes the line, and the line may hold a password.
      var where = at == null ? "" : " near line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new SettingsException(List.of("the file is not TOML" + where));
    }
  }

  /** A string; required where {@code fallback} is null. */
  String text(String key, @Nullable String fallback) {
    return counts(key, read(key, fallback));
  }

  private String read(String key, @Nullable String fallback) {
    var value = value(key);
    if (value.isEmpty()) {
      if (fallback == null) {
        problem(key, "is missing");
        return "";
      }
      return fallback;
    }
    if (!isText(value.get())) {
      problem(key, "must be a string that is not empty and has no control characters");
      return "";
    }
    return value.get().textValue();
  }

  /** A control character makes no path and no address, and would forge lines of the journal. */
  private static boolean isText(JsonNode node) {
    return node.isTextual()
        && !node.textValue().isEmpty()
        && node.textValue().chars().noneMatch(Character::isISOControl);
  }

  /** A file that is there, where one is named. */
  Optional<Path> readable(String key) {
    var file = text(key, "-");
    if (file.equals("-") || file.isEmpty()) {
      return Optional.empty();
    }
    if (!Files.isReadable(Path.of(file))) {
      problem(key, "names a file that cannot be read");
    }
    return Optional.of(Path.of(file));
  }

  int number(String key, int fallback, int min, int max) {
    return counts(key, read(key, fallback, min, max));
  }

  private int read(String key, int fallback, int min, int max) {
    var value = value(key);
    if (value.isEmpty()) {
      return fallback;
    }
    if (!value.get().isIntegralNumber()
        || !value.get().canConvertToLong()
        || value.get().longValue() < min
        || value.get().longValue() > max) {
      problem(key, "must be a whole number from " + min + " to " + max);
      return fallback;
    }
    return value.get().intValue();
  }

  boolean flag(String key) {
    var value = value(key);
    if (value.isPresent() && !value.get().isBoolean()) {
      problem(key, "must be true or false");
    }
    return counts(key, value.map(JsonNode::booleanValue).orElse(false));
  }

  List<String> texts(String key) {
    var value = value(key);
    if (value.isEmpty()) {
      return counts(key, List.of());
    }
    var texts = new ArrayList<String>();
    value.get().forEach(item -> texts.add(isText(item) ? item.textValue() : ""));
    if (!value.get().isArray() || texts.contains("")) {
      problem(key, "must be a list of strings");
    }
    return counts(key, List.copyOf(texts));
  }

  /** The first problem of a key; what follows from it is not told. */
  void problem(String key, String what) {
    if (complained.add(key)) {
      problems.add(key + " " + what);
    }
  }

  /** Says all that was found, keys nobody asked for included. */
  void finish() throws SettingsException {
    for (var entry : root.properties()) {
      if (entry.getValue().isObject()) {
        entry.getValue().fieldNames().forEachRemaining(key -> unknown(entry.getKey() + "." + key));
      } else {
        unknown(entry.getKey());
      }
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }

  private void unknown(String key) {
    if (!known.contains(key)) {
      problem(key, "is not a setting");
    }
  }

  /** Each key that was asked for, in that order: whether the file has it, and what counts. */
  Map<String, Counts> counts() {
    return counts;
  }

  private <T> T counts(String key, T value) {
    counts.put(key, new Counts(value(key).isPresent(), value));
    return value;
  }

  private Optional<JsonNode> value(String key) {
    known.add(key);
    var at = root;
    for (var part : key.split("\\.")) {
      at = at.path(part);
    }
    return Optional.of(at).filter(node -> !node.isMissingNode());
  }
}
