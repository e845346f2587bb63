package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What runs where, and how it gets there. */
public record DeviceDeploymentSpec(
    @JsonPropertyDescription("The devices that run it: exactly one of group, devices and selector.")
        @Required
        Target target,
    @JsonPropertyDescription("What the devices run.") @Required Score score,
    @JsonPropertyDescription("How one device changes.") Update update,
    @JsonPropertyDescription("How the fleet changes.") Rollout rollout) {

  /** Which devices. */
  @ValidationRule(
      value = "[has(self.group), has(self.devices), has(self.selector)].filter(x, x).size() == 1",
      message = "target must have exactly one of group, devices and selector")
  public record Target(
      @JsonPropertyDescription("The name of a DeviceGroup in this namespace.")
          @Pattern(Limits.LABEL)
          @Size(min = 1, max = Limits.LABEL_LENGTH)
          String group,
      @JsonPropertyDescription("The names of Devices in this namespace.") @Size(min = 1, max = 1000)
          List<@Pattern(Limits.LABEL) @Size(min = 1, max = Limits.LABEL_LENGTH) String> devices,
      @JsonPropertyDescription("The Devices of this namespace that have these labels.")
          DeviceSelector selector) {}

  /** What the devices run, by its type. */
  public record Score(
      @JsonPropertyDescription("How data is to be read.") @Required ScoreType type,
      @JsonPropertyDescription("What runs; its shape is the type's.") @Required PodmanData data) {}

  /** The known types of a score. */
  public enum ScoreType {
    PodmanV0
  }
}
