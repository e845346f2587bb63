package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** How far the devices are. */
public record DeviceDeploymentStatus(
    @JsonPropertyDescription("The generation of the spec that this status speaks of.")
        long observedGeneration,
    @JsonPropertyDescription("How many devices are meant.") int targetedDevices,
    @JsonPropertyDescription("How many devices have changed to this generation.")
        int updatedDevices,
    @JsonPropertyDescription("How many devices run this generation.") int readyDevices,
    @JsonPropertyDescription("How many devices could not run this generation.") int failedDevices,
    @JsonPropertyDescription("How many devices are not connected.") int offlineDevices,
    @JsonPropertyDescription("How far the rollout is.") RolloutStatus rollout,
    @JsonPropertyDescription("What went wrong on which device, at most 20.") @Size(max = 20)
        List<Failure> failures,
    @JsonPropertyDescription("Conditions Ready, Reconciling and Stalled.") @Size(max = 16)
        List<Condition> conditions) {

  /** How far the rollout is. */
  public record RolloutStatus(
      @JsonPropertyDescription("The batch that changes now, from 1.") int batch,
      @JsonPropertyDescription("How many batches there are.") int batches,
      @JsonPropertyDescription("The device that holds the rollout up.")
          @Size(max = Limits.LABEL_LENGTH)
          String blockedBy) {}

  /** What went wrong on one device. */
  public record Failure(
      @JsonPropertyDescription("The device's name.") @Required @Size(max = Limits.LABEL_LENGTH)
          String device,
      @JsonPropertyDescription("Why, as one word for programs.") @Required @Size(max = Limits.WORD)
          String reason,
      @JsonPropertyDescription("Why, as a sentence for people.")
          @Required
          @Size(max = Limits.LONG_TEXT)
          String message) {}
}
