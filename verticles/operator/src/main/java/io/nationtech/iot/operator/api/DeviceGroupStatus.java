package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How many devices a group has. */
public record DeviceGroupStatus(
    @JsonPropertyDescription("The generation of the spec that this status speaks of.")
        long observedGeneration,
    @JsonPropertyDescription("How many devices are members.") int members) {}
