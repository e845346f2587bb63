package io.nationtech.iot.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.agent.plan.Quarantine;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.time.DateTimeException;
import java.time.Instant;
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
    return CanonicalJson.write(root);
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
    return new Memory(known(device, root), quarantined);
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
