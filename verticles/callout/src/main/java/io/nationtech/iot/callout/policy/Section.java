package io.nationtech.iot.callout.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** One object of the policy file; every problem is noted with its path and reading goes on. */
final class Section {
  private final String path;
  private final JsonNode node;
  private final List<String> problems;
  private final Set<String> known = new HashSet<>();

  Section(String path, JsonNode node, List<String> problems) {
    this.path = path;
    this.problems = problems;
    this.node = node.isObject() ? node : JsonNodeFactory.instance.objectNode();
    if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
      problem(path.isEmpty() ? "the file" : path, "must hold keys and values");
    }
  }

  String text(String name) {
    return optionalText(name)
        .orElseGet(
            () -> {
              problem(at(name), "is missing");
              return "";
            });
  }

  /** An id of digits only may stand there without quotes. */
  Optional<String> optionalText(String name) {
    var value = value(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!isText(value)) {
      problem(at(name), "must be a text");
      return Optional.of("");
    }
    return Optional.of(value.asText());
  }

  Set<String> texts(String name) {
    var texts = new HashSet<String>();
    for (var item : list(name)) {
      if (isText(item)) {
        texts.add(item.asText());
      } else {
        problem(at(name), "must be a list of texts");
      }
    }
    return texts;
  }

  long number(String name, long otherwise, long min, long max) {
    var value = value(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.canConvertToExactIntegral() || value.longValue() < min || value.longValue() > max) {
      problem(at(name), "must be a whole number from " + min + " to " + max);
      return otherwise;
    }
    return value.longValue();
  }

  /** One of {@code type}, written as {@code first-use}. */
  <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
    var text = optionalText(name);
    return text.isEmpty() ? otherwise : choice(at(name), text.get(), type).orElse(otherwise);
  }

  <E extends Enum<E>> Optional<E> choice(String where, String text, Class<E> type) {
    var names = new ArrayList<String>();
    for (E constant : type.getEnumConstants()) {
      var name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text)) {
        return Optional.of(constant);
      }
      names.add(name);
    }
    problem(where, "must be one of " + String.join(", ", names));
    return Optional.empty();
  }

  Section below(String name) {
    return new Section(at(name), value(name), problems);
  }

  List<Section> sections(String name) {
    var sections = new ArrayList<Section>();
    for (var item : list(name)) {
      sections.add(new Section(at(name) + "[" + sections.size() + "]", item, problems));
    }
    return sections;
  }

  /** The names in this section, in their order. */
  List<String> names() {
    var names = new ArrayList<String>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Names every key that nobody asked for: a misspelt one must not pass for an absent one. */
  void end() {
    for (var name : names()) {
      if (!known.contains(name)) {
        problem(at(name), "is not known");
      }
    }
  }

  void require(boolean holds, String name, String what) {
    if (!holds) {
      problem(at(name), what);
    }
  }

  private JsonNode list(String name) {
    var value = value(name);
    if (!value.isArray() && !value.isMissingNode()) {
      problem(at(name), "must be a list");
      return MissingNode.getInstance();
    }
    return value;
  }

  private JsonNode value(String name) {
    known.add(name);
    var value = node.path(name);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  private static boolean isText(JsonNode value) {
    return value.isTextual() || value.isIntegralNumber();
  }

  String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void problem(String where, String what) {
    problems.add(where + " " + what);
  }
}
