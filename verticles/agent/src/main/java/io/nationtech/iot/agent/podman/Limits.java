package io.nationtech.iot.agent.podman;

import io.nationtech.iot.codec.PodmanV0.Resources;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Which limits of a container this machine can enforce. */
record Limits(boolean memory, boolean cpus, boolean pids) {
  static final Limits ALL = new Limits(true, true, true);
  private static final Limits NONE = new Limits(false, false, false);

  /** Read from what podman says of its host. */
  static Limits of(JsonObject info) {
    var host = info.getJsonObject("host", new JsonObject());
    if (host.getString("cgroupVersion", "").equals("v2")) {
      // Of a user's session only what was delegated to it is there.
      var controllers = host.getJsonArray("cgroupControllers", new JsonArray());
      return new Limits(
          controllers.contains("memory"),
          controllers.contains("cpu"),
          controllers.contains("pids"));
    }
    boolean rootless =
        host.getJsonObject("security", new JsonObject()).getBoolean("rootless", false);
    return rootless ? NONE : ALL;
  }

  /** Which of the limits asked for a container does not have, whatever the cause. */
  static List<String> missing(Resources asked, JsonObject inspected) {
    var host = inspected.getJsonObject("HostConfig", new JsonObject());
    var missing = new ArrayList<String>();
    if (asked.memory().isPresent() && host.getLong("Memory", 0L) == 0) {
      missing.add("memory");
    }
    if (asked.cpus().isPresent() && host.getLong("CpuQuota", 0L) <= 0) {
      missing.add("cpus");
    }
    // Where none is set, podman has one of its own.
    if (asked.pids().filter(most -> host.getLong("PidsLimit", 0L) != (long) most).isPresent()) {
      missing.add("pids");
    }
    return List.copyOf(missing);
  }
}
