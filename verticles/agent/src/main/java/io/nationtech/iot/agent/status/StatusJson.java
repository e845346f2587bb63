package io.nationtech.iot.agent.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.codec.CanonicalJson;
import java.time.Instant;

/** What {@code iot-agent status --json} prints: the table's facts, times in UTC. */
public final class StatusJson {
  private StatusJson() {}

  public static String of(Situation situation) {
    var root = JsonNodeFactory.instance.objectNode();
    root.put("device", situation.device().value());
    root.put("running", situation.running());
    root.set("agent", situation.live().map(LiveJson::tree).orElse(null));
    root.put("revision", situation.revision());
    root.putObject("podman")
        .put("answers", situation.observed().isPresent())
        .put("detail", situation.podman());
    root.putObject("identity")
        .put("type", situation.identity().type())
        .put("tokenExpires", text(situation.identity().token()))
        .put("keyExpires", text(situation.identity().key()));
    root.putObject("disk")
        .put("directory", situation.disk().directory())
        .put("freeBytes", situation.disk().free())
        .put("totalBytes", situation.disk().total());
    root.putObject("clock")
        .put("time", situation.clock().system().toString())
        .put("plausible", situation.clock().plausible());
    LiveJson.deployments(root, situation.deployments());
    var services = root.putObject("services");
    for (var row : Rows.of(situation)) {
      var service = services.putObject(row.service());
      service
          .put("wanted", row.wanted().orElse(null))
          .put("runs", row.runs().orElse(null))
          .put("container", row.container())
          .put("since", text(row.since()));
      row.lastChange()
          .ifPresent(
              change ->
                  service
                      .putObject("lastChange")
                      .put("time", change.time().toString())
                      .put("what", change.what()));
    }
    return CanonicalJson.write(root);
  }

  private static @org.jspecify.annotations.Nullable String text(
      java.util.Optional<Instant> instant) {
    return instant.map(Instant::toString).orElse(null);
  }
}
