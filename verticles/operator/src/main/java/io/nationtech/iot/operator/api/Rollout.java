package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;

/** How the fleet changes. */
public record Rollout(
    @JsonPropertyDescription("Batches of devices, one after the other; the rest is the last.")
        @Size(max = 16)
        List<Batch> batches,
    @JsonPropertyDescription("How many devices, or which share of them, may be away at a time.")
        IntOrString maxUnavailable,
    @JsonPropertyDescription("The share of a batch that must be ready before the next begins.")
        @Min(1)
        @Max(100)
        Integer successThresholdPercent,
    @JsonPropertyDescription("Seconds without progress after which a batch has failed.")
        @Min(1)
        @Max(2_592_000)
        Integer progressDeadlineSeconds,
    @JsonPropertyDescription("What happens when a batch has failed.") OnFailure onFailure,
    @JsonPropertyDescription("Whether no further device changes.") Boolean paused) {

  /** Some devices that change together. */
  public record Batch(
      @JsonPropertyDescription("How many devices, or which share of them.") @Required
          IntOrString size) {}

  /** What happens when a batch has failed. */
  public enum OnFailure {
    Pause,
    Rollback
  }
}
