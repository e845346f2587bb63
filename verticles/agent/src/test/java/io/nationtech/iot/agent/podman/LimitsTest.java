package io.nationtech.iot.agent.podman;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.codec.PodmanV0.Resources;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a machine can't limit, by what podman says of it and of a container. */
class LimitsTest {
  private static final Limits NONE = new Limits(false, false, false);

  @Test
  void rootMayLimitAllOnCgroupV1AndAnotherUserNothing() {
    assertEquals(Limits.ALL, host("v1", false, "[]"));
    assertEquals(NONE, host("v1", true, "[]"));
  }

  @Test
  void onCgroupV2ItIsWhatWasDelegated() {
    assertEquals(Limits.ALL, host("v2", false, "[\"cpu\",\"io\",\"memory\",\"pids\"]"));
    assertEquals(new Limits(true, false, true), host("v2", true, "[\"memory\",\"pids\"]"));
    assertEquals(NONE, host("v2", true, "[]"));
  }

  @Test
  void whatAContainerDoesNotHaveIsMissingWhateverTheCause() {
    var asked = new Resources(Optional.of(1024L), Optional.of(500L), Optional.of(64));
    var all = "{\"HostConfig\":{\"Memory\":1024,\"CpuQuota\":50000,\"PidsLimit\":64}}";
    assertEquals(List.of(), Limits.missing(asked, new JsonObject(all)));
    var usual = "{\"HostConfig\":{\"Memory\":0,\"CpuQuota\":0,\"PidsLimit\":2048}}";
    assertEquals(List.of("memory", "cpus", "pids"), Limits.missing(asked, new JsonObject(usual)));
    var nothing = new Resources(Optional.empty(), Optional.empty(), Optional.empty());
    assertEquals(List.of(), Limits.missing(nothing, new JsonObject(usual)));
  }

  private static Limits host(String cgroups, boolean rootless, String controllers) {
    return Limits.of(
        new JsonObject(
            "{\"host\":{\"cgroupVersion\":\"%s\",\"cgroupControllers\":%s,\"security\":{\"rootless\":%s}}}"
                .formatted(cgroups, controllers, rootless)));
  }
}
