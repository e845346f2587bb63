package io.nationtech.iot.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.agent.plan.Tally;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A {@link Live} as JSON, for the commands that ask how the agent is. */
public final class LiveJson {
  private LiveJson() {}

  public static String encode(Live live) {
    return CanonicalJson.write(tree(live));
  }

  public static ObjectNode tree(Live live) {
    var root = JsonNodeFactory.instance.objectNode();
    root.put("version", live.version()).put("pid", live.pid());
    root.put("started", live.started().toString()).put("podman", live.podman());
    live.seen().ifPresent(seen -> seen(root.putObject("seen"), seen));
    root.putObject("nats")
        .put("connected", live.nats().connected())
        .put("refused", live.nats().refused())
        .put("since", live.nats().since().toString())
        .put("detail", live.nats().detail());
    root.putObject("identity")
        .put("expires", live.identity().expires().map(Instant::toString).orElse(null))
        .put("trouble", live.identity().trouble());
    root.putObject("report")
        .put("accepted", live.report().accepted().map(Instant::toString).orElse(null))
        .put("revision", live.report().revision())
        .put("trouble", live.report().trouble());
    return root;
  }

  private static void seen(ObjectNode node, Live.Seen seen) {
    node.put("revision", seen.revision())
        .put("running", seen.tally().running())
        .put("wanted", seen.tally().wanted())
        .put("paused", seen.tally().paused());
    deployments(node, seen.deployments());
  }

  /** How each deployment stands. */
  static void deployments(ObjectNode node, Map<String, Live.Stand> stands) {
    var deployments = node.putObject("deployments");
    stands.forEach(
        (name, stand) ->
            deployments
                .putObject(name)
                .put("phase", stand.phase().name())
                .put("reason", stand.reason())
                .put("message", stand.message()));
  }

  public static Live decode(String json) throws MalformedDocumentException {
    var root = CanonicalJson.parse(json);
    try {
      var nats = root.path("nats");
      var identity = root.path("identity");
      var report = root.path("report");
      return new Live(
          root.path("version").asText(),
          root.path("pid").asLong(),
          Instant.parse(root.path("started").asText()),
          root.has("seen") ? Optional.of(seen(root.path("seen"))) : Optional.empty(),
          root.path("podman").asText(),
          new Live.Nats(
              nats.path("connected").asBoolean(),
              nats.path("refused").asBoolean(),
              Instant.parse(nats.path("since").asText()),
              nats.path("detail").asText()),
          new Live.Identity(instant(identity.path("expires")), identity.path("trouble").asText()),
          new Live.Report(
              instant(report.path("accepted")),
              report.path("revision").asLong(),
              report.path("trouble").asText()));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new MalformedDocumentException("holds something that is no time and no phase");
    }
  }

  private static Live.Seen seen(JsonNode node) {
    var deployments = new TreeMap<String, Live.Stand>();
    for (var entry : node.path("deployments").properties()) {
      var stand = entry.getValue();
      deployments.put(
          entry.getKey(),
          new Live.Stand(
              Phase.valueOf(stand.path("phase").asText()),
              stand.path("reason").asText(),
              stand.path("message").asText()));
    }
    return new Live.Seen(
        node.path("revision").asLong(),
        new Tally(
            node.path("running").asInt(),
            node.path("wanted").asInt(),
            node.path("paused").asBoolean()),
        deployments);
  }

  private static Optional<Instant> instant(JsonNode node) {
    return node.isTextual() ? Optional.of(Instant.parse(node.textValue())) : Optional.empty();
  }
}
