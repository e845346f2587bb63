package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One condition, as all of Kubernetes has them. */
public record Condition(
    @JsonPropertyDescription("What the condition is about.")
        @Required
        @Size(min = 1, max = Limits.LABEL_LENGTH)
        String type,
    @JsonPropertyDescription("Whether it holds: True, False or Unknown.") @Required Truth status,
    @JsonPropertyDescription("Why, as one word for programs.")
        @Required
        @Size(min = 1, max = Limits.WORD)
        String reason,
    @JsonPropertyDescription("Why, as a sentence for people.")
        @Required
        @Size(max = Limits.LONG_TEXT)
        String message,
    @JsonPropertyDescription("The generation of the spec that this condition speaks of.")
        long observedGeneration,
    @JsonPropertyDescription("When the condition's status last changed.")
        @Required
        @Size(max = Limits.LABEL_LENGTH)
        String lastTransitionTime) {

  /** The three values of a condition's status. */
  public enum Truth {
    True,
    False,
    Unknown
  }
}
