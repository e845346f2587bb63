package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Which devices are members: the union of both. */
@ValidationRule(
    value = "has(self.selector) || has(self.devices)",
    message = "selector or devices must be given")
public record DeviceGroupSpec(
    @JsonPropertyDescription("Members by their labels.") DeviceSelector selector,
    @JsonPropertyDescription("Members by name.") @Size(min = 1, max = 1000)
        List<@Pattern(Limits.LABEL) @Size(min = 1, max = Limits.LABEL_LENGTH) String> devices) {}
