package io.nationtech.iot.operator.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the CRDs promise. {@code -Dcrds=write} writes the committed ones anew. */
class CrdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"devices", "devicegroups", "devicedeployments"})
  void theCommittedOneIsCurrent(String plural) throws IOException {
    if ("write".equals(System.getProperty("crds"))) {
      Crds.write();
    }
    assertEquals(
        Crds.text(plural),
        Files.readString(Crds.committed(plural)),
        "write it anew: dev/test -pl verticles/operator -am -Dtest=CrdsTest -Dcrds=write"
            + " -Dsurefire.failIfNoSpecifiedTests=false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"devices", "devicegroups", "devicedeployments"})
  void everyPropertyIsDescribed(String plural) throws IOException {
    var silent = new ArrayList<String>();
    each(
        Crds.schema(plural),
        (path, property) -> {
          var description = property.getDescription();
          if (description == null || !description.endsWith(".")) {
            silent.add(path);
          }
        });
    assertEquals(List.of(), silent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"devices", "devicegroups", "devicedeployments"})
  void everyStringListAndMapHasALimitAndEveryObjectIsClosed(String plural) throws IOException {
    var endless = new ArrayList<String>();
    schemas(
        "",
        Crds.schema(plural),
        (path, schema) -> {
          if (!limited(schema)) {
            endless.add(path);
          }
        });
    assertEquals(List.of(), endless);
  }

  @Test
  void noDefaultIsBelowScoreDataSinceAChangedOneWouldRestartTheFleet() throws IOException {
    var data = Crds.below(Crds.schema("devicedeployments"), "spec", "score", "data");
    var found = new ArrayList<String>();
    var defaults = new ArrayList<String>();
    schemas(
        "",
        data,
        (path, schema) -> {
          found.add(path);
          if (schema.getDefault() != null) {
            defaults.add(path);
          }
        });
    assertTrue(found.size() > 80, found::toString);
    assertEquals(List.of(), defaults);
  }

  private static boolean limited(JSONSchemaProps schema) {
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      return true;
    }
    return switch (String.valueOf(schema.getType())) {
      case "string" -> schema.getMaxLength() != null || schema.getEnum() != null;
      case "array" -> schema.getMaxItems() != null;
      case "object" ->
          schema.getXKubernetesPreserveUnknownFields() == null
              && (schema.getProperties() != null || schema.getMaxProperties() != null);
      default -> true;
    };
  }

  private static void each(JSONSchemaProps root, BiConsumer<String, JSONSchemaProps> visitor) {
    schemas(
        "",
        root,
        (path, schema) -> {
          if (!path.isEmpty() && !path.endsWith("[]") && !path.endsWith("{}")) {
            visitor.accept(path, schema);
          }
        });
  }

  private static void schemas(
      String path, JSONSchemaProps schema, BiConsumer<String, JSONSchemaProps> visitor) {
    visitor.accept(path, schema);
    if (schema.getItems() != null) {
      schemas(path + "[]", schema.getItems().getSchema(), visitor);
    }
    if (schema.getAdditionalProperties() != null) {
      schemas(path + "{}", schema.getAdditionalProperties().getSchema(), visitor);
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach((name, below) -> schemas(path + "." + name, below, visitor));
    }
  }
}
