package io.nationtech.iot.platform.demo;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.nio.file.Path;
import java.util.List;

/** Starts the platform and tells its story; dev/demo prepares and ends what this starts. */
public final class Demo {
  private static final DeviceId DEVICE = new DeviceId("pi-1");

  private Demo() {}

  /** The one argument: the demo's directory. */
  public static void main(String[] arguments) {
    var directory = Path.of(arguments[0]);
    try {
      tell(directory);
    } catch (RuntimeException e) {
      System.err.printf("demo: %s; see also the logs in %s%n", e.getMessage(), directory);
      System.exit(1);
    }
    System.exit(0);
  }

  private static void tell(Path directory) {
    var story = new Story();
    var servers = Servers.start(directory);
    var enrolment = servers.enrolment(directory);
    var device = enrolment.enrol(DEVICE, false);
    story.tell("etcd, Kubernetes, NATS, an identity provider and an image registry are up");
    var programs =
        new Scenes.Players(
            Programs.operator(directory, List.of(servers.nats()), servers.kubernetes()),
            Programs.callout(directory, servers.nats(), servers.policy(directory)),
            Programs.agent(directory, device.agentToml()),
            device.agentToml());
    try (var timeline = new Timeline(servers.nats(), DEVICE)) {
      new Scenes(story, servers, timeline, programs, enrolment).play();
    }
  }
}
