package io.nationtech.iot.operator.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The CRDs as the generator made them, with what it can't say added. */
final class Crds {
  static final List<String> PLURALS = List.of("devices", "devicegroups", "devicedeployments");

  /** Lists whose items have a name of their own: two appliers can each own some. */
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("services", "name"),
          Map.entry("env", "name"),
          Map.entry("secrets", "name"),
          Map.entry("volumes", "mountPath"),
          Map.entry("files", "path"),
          Map.entry("dependsOn", "service"),
          Map.entry("extraHosts", "name"),
          Map.entry("registries", "host"),
          Map.entry("deployments", "name"),
          Map.entry("failures", "device"),
          Map.entry("conditions", "type"));

  private static final List<String> COLUMNS =
      List.of(
          "Devices",
          "Updated",
          "Members",
          "Connected",
          "Ready",
          "Failed",
          "Agent",
          "Last seen",
          "Reason",
          "Age");

  private Crds() {}

  /** Where the chart keeps them. */
  static Path directory() {
    return Images.root().resolve("charts/iot-operator/crds");
  }

  static Path committed(String plural) {
    return directory().resolve(plural + ".yaml");
  }

  /** The text that has to be committed. */
  static String text(String plural) throws IOException {
    return "# Made from the classes in io.nationtech.iot.operator.api: CrdsTest says how.\n"
        + Serialization.asYaml(of(plural)).replaceFirst("^---\n", "");
  }

  static CustomResourceDefinition of(String plural) throws IOException {
    var resource = "/META-INF/fabric8/" + plural + "." + Wire.API_GROUP + "-v1.yml";
    try (var in = Device.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("not generated: " + resource);
      }
      return mended(Serialization.unmarshal(in, CustomResourceDefinition.class));
    }
  }

  static JSONSchemaProps schema(String plural) throws IOException {
    return version(of(plural)).getSchema().getOpenAPIV3Schema();
  }

  /** The schema of the property at {@code path}. */
  static JSONSchemaProps below(JSONSchemaProps schema, String... path) {
    var at = schema;
    for (var name : path) {
      at = Objects.requireNonNull(at.getProperties().get(name), name);
    }
    return at;
  }

  private static CustomResourceDefinition mended(CustomResourceDefinition crd) {
    crd.getSpec().getNames().setCategories(List.of("iot"));
    var version = version(crd);
    version
        .getAdditionalPrinterColumns()
        .sort(Comparator.comparingInt((CustomResourceColumnDefinition c) -> at(c.getName())));
    var root = version.getSchema().getOpenAPIV3Schema();
    root.setDescription(crd.getSpec().getNames().getKind() + " of the IoT platform.");
    root.setRequired(List.of("spec"));
    below(root, "spec").setDescription("What is wanted.");
    below(root, "status").setDescription("What is so; written by the operator.");
    root.setXKubernetesValidations(List.of(nameIsLabel()));
    mend("", root);
    return crd;
  }

  private static CustomResourceDefinitionVersion version(CustomResourceDefinition crd) {
    return crd.getSpec().getVersions().getFirst();
  }

  private static int at(String column) {
    int at = COLUMNS.indexOf(column);
    if (at < 0) {
      throw new IllegalStateException("no place for the column " + column);
    }
    return at;
  }

  /** Names become keys, subjects and names of containers. */
  private static ValidationRule nameIsLabel() {
    var rule = new ValidationRule();
    rule.setRule("self.metadata.name.matches('" + Limits.LABEL + "')");
    rule.setMessage("metadata.name must be 1 to 63 of a-z, 0-9 and '-', not at either end");
    return rule;
  }

  private static void mend(String name, JSONSchemaProps schema) {
    var rules = schema.getXKubernetesValidations();
    if (rules != null) {
      // A rule on a record's component is found on its field and on its accessor.
      schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(rules)));
    }
    if (name.endsWith("Time")) {
      schema.setFormat("date-time");
    }
    if (name.endsWith("eneration")) {
      schema.setFormat("int64");
    }
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      // The one for the integers, the other for the strings.
      schema.setMinimum(1.0);
      schema.setPattern(Limits.PERCENTAGE);
    }
    if (schema.getItems() != null) {
      mendList(name, schema);
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach(Crds::mend);
    }
  }

  private static void mendList(String name, JSONSchemaProps list) {
    var items = list.getItems().getSchema();
    var key = KEYS.get(name);
    boolean hasKey = items.getProperties() != null && items.getProperties().containsKey(key);
    if (key != null && hasKey) {
      list.setXKubernetesListType("map");
      list.setXKubernetesListMapKeys(List.of(key));
    } else if (name.equals("devices") && items.getProperties() == null) {
      list.setXKubernetesListType("set");
    } else {
      list.setXKubernetesListType("atomic");
    }
    mend("", items);
  }

  /** Writes what has to be committed. */
  static void write() throws IOException {
    Files.createDirectories(directory());
    for (var plural : PLURALS) {
      Files.writeString(committed(plural), text(plural));
    }
  }
}
