package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What is known of a device. */
public record DeviceStatus(
    @JsonPropertyDescription("The generation of the spec that this status speaks of.")
        long observedGeneration,
    @JsonPropertyDescription(
            "When the device was last heard of; written only when Connected changes.")
        @Size(max = Limits.LABEL_LENGTH)
        String lastSeenTime,
    @JsonPropertyDescription("The agent on the device.") Agent agent,
    @JsonPropertyDescription("The machine the agent runs on.") Host host,
    @JsonPropertyDescription("What the device says of its deployments, at most 64.") @Size(max = 64)
        List<Deployment> deployments,
    @JsonPropertyDescription("Conditions Connected and Ready.") @Size(max = 16)
        List<Condition> conditions) {

  /** The agent itself. */
  public record Agent(
      @JsonPropertyDescription("The agent's version.") @Size(max = Limits.WORD) String version) {}

  /** The machine. */
  public record Host(
      @JsonPropertyDescription("The processor's architecture.") @Size(max = Limits.WORD)
          String architecture,
      @JsonPropertyDescription("The operating system and its version.") @Size(max = Limits.WORD)
          String os,
      @JsonPropertyDescription("The version of podman.") @Size(max = Limits.WORD)
          String podmanVersion) {}

  /** Where one deployment stands on this device. */
  public record Deployment(
      @JsonPropertyDescription("The DeviceDeployment's name.")
          @Required
          @Size(max = Limits.LABEL_LENGTH)
          String name,
      @JsonPropertyDescription("The generation that the phase speaks of.") long generation,
      @JsonPropertyDescription("Where it stands, as the agent says.") @Size(max = Limits.WORD)
          String phase) {}
}
