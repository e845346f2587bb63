package io.nationtech.iot.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.agent.plan.Held;
import io.nationtech.iot.agent.plan.Proven;
import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A {@link Memory} as JSON: the desired document as it stands in NATS, and what belongs to it. */
final class MemoryJson {
  private MemoryJson() {}

  static String encode(Memory memory) {
    var root = JsonNodeFactory.instance.objectNode();
    memory
        .known()
        .ifPresent(
            known ->
                root.put("revision", known.revision())
                    .put("time", known.time().toString())
                    .put("desired", known.document().encode()));
    var quarantined = root.putObject("quarantined");
    memory
        .quarantined()
        .forEach(
            (deployment, quarantine) ->
                quarantined
                    .putObject(deployment)
                    .put("version", quarantine.version())
                    .put("message", quarantine.message()));
    var proven = root.putObject("proven");
    memory
        .proven()
        .forEach(
            (key, before) ->
                proven
                    .withObjectProperty(key.deployment())
                    .putObject(key.service())
                    .put("spec", before.spec())
                    .put("imageId", before.imageId()));
    var held = root.putObject("held");
    memory.held().forEach((deployment, one) -> held.set(deployment, encode(one)));
    return CanonicalJson.write(root);
  }

  private static ObjectNode encode(Held held) {
    var node = JsonNodeFactory.instance.objectNode();
    node.put("version", held.version()).put("certain", held.certain());
    held.clockUnknown().ifPresent(from -> node.put("clockUnknown", from.toString()));
    held.locked().ifPresent(from -> node.put("locked", from.toString()));
    return node;
  }

  static Memory decode(DeviceId device, String json) throws MalformedDocumentException {
    var root = CanonicalJson.parse(json);
    var quarantined = new TreeMap<String, Quarantine>();
    for (var entry : root.path("quarantined").properties()) {
      var value = entry.getValue();
      quarantined.put(
          entry.getKey(),
          new Quarantine(value.path("version").asText(), value.path("message").asText()));
    }
    return new Memory(known(device, root), quarantined, proven(root), held(root));
  }

  private static Map<ServiceKey, Proven> proven(JsonNode root) {
    var proven = new TreeMap<ServiceKey, Proven>(ServiceKey.ORDER);
    for (var deployment : root.path("proven").properties()) {
      for (var service : deployment.getValue().properties()) {
        proven.put(
            new ServiceKey(deployment.getKey(), service.getKey()),
            new Proven(
                service.getValue().path("spec").asText(),
                service.getValue().path("imageId").asText()));
      }
    }
    return proven;
  }

  private static Map<String, Held> held(JsonNode root) throws MalformedDocumentException {
    var held = new TreeMap<String, Held>();
    for (var entry : root.path("held").properties()) {
      var value = entry.getValue();
      held.put(
          entry.getKey(),
          new Held(
              value.path("version").asText(),
              time(value, "clockUnknown"),
              time(value, "locked"),
              value.path("certain").asBoolean()));
    }
    return held;
  }

  private static Optional<Instant> time(JsonNode node, String name)
      throws MalformedDocumentException {
    try {
      return node.has(name)
          ? Optional.of(Instant.parse(node.path(name).asText()))
          : Optional.empty();
    } catch (DateTimeException e) {
      throw new MalformedDocumentException(name + " is not a time");
    }
  }

  private static Optional<Memory.Known> known(DeviceId device, JsonNode root)
      throws MalformedDocumentException {
    if (!root.has("desired")) {
      return Optional.empty();
    }
    var document = DesiredDocument.decode(device, root.path("desired").asText().getBytes(UTF_8));
    try {
      var time = Instant.parse(root.path("time").asText());
      return Optional.of(new Memory.Known(document, root.path("revision").asLong(), time));
    } catch (DateTimeException e) {
      throw new MalformedDocumentException("time is not a time");
    }
  }
}
