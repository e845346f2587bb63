package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/** Devices by their labels. */
public record DeviceSelector(
    @JsonPropertyDescription("Labels that a device must have, each with this value.")
        @Size(min = 1, max = 16)
        Map<String, @Size(max = Limits.LABEL_LENGTH) String> matchLabels,
    @JsonPropertyDescription("Rules that a device's labels must all meet.") @Size(min = 1, max = 16)
        List<Expression> matchExpressions) {

  /** One rule about one label. */
  public record Expression(
      @JsonPropertyDescription("The label's key.") @Required @Size(min = 1, max = 317) String key,
      @JsonPropertyDescription("How the label's value relates to values.") @Required
          Operator operator,
      @JsonPropertyDescription("The values, for In and NotIn.") @Size(max = 32)
          List<@Size(max = Limits.LABEL_LENGTH) String> values) {}

  /** How a label relates to values. */
  public enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }
}
