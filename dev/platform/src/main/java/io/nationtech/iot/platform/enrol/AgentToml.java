package io.nationtech.iot.platform.enrol;

import static java.util.stream.Collectors.joining;

import io.nationtech.iot.codec.DeviceId;
import java.util.List;

/** The agent's configuration for any device of a plant, {@code {{device}}} where its id belongs. */
public record AgentToml(String template) {
  /** Where the agent of a packaged device has its files. */
  public static final String USUAL_DIRECTORY = "/etc/iot-agent";

  private static final String DEVICE = "{{device}}";

  /** Nothing but what an agent needs; {@code natsUrls}: {@code tls://host:port}. */
  public static AgentToml usual(List<String> natsUrls, Fleet fleet) {
    return new AgentToml(
        """
        device = "%s"
        [nats]
        urls = [%s]
        [identity]
        type = "zitadel"
        issuer = "%s"
        project = "%s"
        key_file = "%s/%s"
        """
            .formatted(
                DEVICE,
                natsUrls.stream().map(url -> '"' + url + '"').collect(joining(", ")),
                fleet.issuer(),
                fleet.project(),
                USUAL_DIRECTORY,
                Enrolment.KEY));
  }

  public String of(DeviceId device) {
    return template.replace(DEVICE, device.value());
  }
}
