package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads one JSON object field by field; remembers what was asked for, so that the rest can be
 * named.
 */
final class Fields {
  interface Reader<T> {
    T read(Fields fields) throws MalformedDocumentException;
  }

  private final String path;
  private final JsonNode node;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<String> unknownBelow;

  private Fields(String path, JsonNode node, List<String> unknownBelow)
      throws MalformedDocumentException {
    this.path = path;
    this.node = node;
    this.unknownBelow = unknownBelow;
    if (!node.isObject()) {
      throw new MalformedDocumentException(named(path) + " must be an object");
    }
  }

  static Fields of(String path, JsonNode node) throws MalformedDocumentException {
    return new Fields(path, node, new ArrayList<>());
  }

  /**
   * The sorted paths of all fields that nobody asked for, in this object and the ones read below
   * it.
   */
  List<String> unknown() {
    collectUnknown();
    return unknownBelow.stream().sorted().toList();
  }

  String text(String name) throws MalformedDocumentException {
    return required(name, optionalText(name));
  }

  Optional<String> optionalText(String name) throws MalformedDocumentException {
    var value = value(name);
    if (value.isPresent() && !value.get().isTextual()) {
      throw malformed(name, "must be a string");
    }
    return value.map(JsonNode::textValue);
  }

  /** A string that is as it must be. */
  Optional<String> optionalMatch(String name, Predicate<String> good, String what)
      throws MalformedDocumentException {
    var text = optionalText(name);
    if (text.isPresent() && !good.test(text.get())) {
      throw malformed(name, what);
    }
    return text;
  }

  String match(String name, Predicate<String> good, String what) throws MalformedDocumentException {
    return required(name, optionalMatch(name, good, what));
  }

  long number(String name, long min, long max) throws MalformedDocumentException {
    return required(name, optionalNumber(name, min, max));
  }

  Optional<Long> optionalNumber(String name, long min, long max) throws MalformedDocumentException {
    var value = value(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    var number = value.get();
    // 80 may come as 80.0 or 8E1: all are the same number in JSON.
    if (!number.canConvertToExactIntegral()
        || !number.canConvertToLong()
        || number.longValue() < min
        || number.longValue() > max) {
      throw malformed(name, "must be a whole number from " + min + " to " + max);
    }
    return Optional.of(number.longValue());
  }

  Optional<Integer> optionalInteger(String name, int min, int max)
      throws MalformedDocumentException {
    return optionalNumber(name, min, max).map(Math::toIntExact);
  }

  boolean flag(String name) throws MalformedDocumentException {
    var value = value(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw malformed(name, "must be true or false");
    }
    return value.map(JsonNode::booleanValue).orElse(false);
  }

  <E extends Enum<E>> Optional<E> optionalEnum(String name, Class<E> type)
      throws MalformedDocumentException {
    var text = optionalText(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text.get())) {
        return Optional.of(constant);
      }
    }
    throw malformed(name, "must be one of " + List.of(type.getEnumConstants()));
  }

  Optional<Instant> optionalInstant(String name) throws MalformedDocumentException {
    var text = optionalText(name);
    try {
      return text.map(Instant::parse);
    } catch (DateTimeException e) {
      throw malformed(name, "must be a time such as 2026-11-23T10:00:00Z");
    }
  }

  Optional<List<String>> optionalTexts(String name) throws MalformedDocumentException {
    var value = array(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    var texts = new ArrayList<String>();
    for (var item : value.get()) {
      if (!item.isTextual()) {
        throw malformed(name, "must be a list of strings");
      }
      texts.add(item.textValue());
    }
    return Optional.of(List.copyOf(texts));
  }

  Map<String, String> textMap(String name) throws MalformedDocumentException {
    var texts = new TreeMap<String, String>();
    for (var entry : object(name).properties()) {
      if (!entry.getValue().isTextual()) {
        throw malformed(name + "." + entry.getKey(), "must be a string");
      }
      texts.put(entry.getKey(), entry.getValue().textValue());
    }
    return texts;
  }

  <T> List<T> list(String name, Reader<T> reader) throws MalformedDocumentException {
    var items = new ArrayList<T>();
    int index = 0;
    for (var item : array(name).orElse(JsonNodeFactory.instance.arrayNode())) {
      items.add(child(name + "[" + index++ + "]", item, reader));
    }
    return List.copyOf(items);
  }

  <T> TreeMap<String, T> map(String name, Reader<T> reader) throws MalformedDocumentException {
    var entries = new TreeMap<String, T>();
    for (var entry : object(name).properties()) {
      entries.put(entry.getKey(), child(name + "." + entry.getKey(), entry.getValue(), reader));
    }
    return entries;
  }

  <T> T below(String name, Reader<T> reader) throws MalformedDocumentException {
    return child(name, object(name), reader);
  }

  <T> Optional<T> optionalBelow(String name, Reader<T> reader) throws MalformedDocumentException {
    return value(name).isEmpty() ? Optional.empty() : Optional.of(below(name, reader));
  }

  /** The object {@code name} as it was received, an empty one where it is absent. */
  JsonNode object(String name) throws MalformedDocumentException {
    var value = value(name).orElse(JsonNodeFactory.instance.objectNode());
    if (!value.isObject()) {
      throw malformed(name, "must be an object");
    }
    return value;
  }

  JsonNode node() {
    return node;
  }

  MalformedDocumentException malformed(String name, String what) {
    return new MalformedDocumentException(join(name) + " " + what);
  }

  private <T> T child(String name, JsonNode item, Reader<T> reader)
      throws MalformedDocumentException {
    var fields = new Fields(join(name), item, unknownBelow);
    T read = reader.read(fields);
    fields.collectUnknown();
    return read;
  }

  private void collectUnknown() {
    for (var entry : node.properties()) {
      if (!known.contains(entry.getKey())) {
        unknownBelow.add(join(entry.getKey()));
        known.add(entry.getKey());
      }
    }
  }

  private Optional<JsonNode> array(String name) throws MalformedDocumentException {
    var value = value(name);
    if (value.isPresent() && !value.get().isArray()) {
      throw malformed(name, "must be a list");
    }
    return value;
  }

  /** A null counts as absent, as it does in Kubernetes. */
  private Optional<JsonNode> value(String name) {
    known.add(name);
    return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
  }

  private <T> T required(String name, Optional<T> value) throws MalformedDocumentException {
    return value.orElseThrow(() -> malformed(name, "is missing"));
  }

  private String join(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String named(String path) {
    return path.isEmpty() ? "the document" : path;
  }
}
