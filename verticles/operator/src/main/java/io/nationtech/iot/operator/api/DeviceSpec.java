package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What is wanted of a device itself. */
public record DeviceSpec(
    @JsonPropertyDescription(
            "Nothing on the device changes while this is true; containers run on. It is no"
                + " revocation.")
        boolean paused,
    @JsonPropertyDescription(
            "Who may act as this device; the first to come where it is left out. What was written"
                + " here stays in force when it is taken away, until something else is written.")
        Identity identity) {

  /** An identity as its issuer vouches for it. */
  public record Identity(
      @JsonPropertyDescription("URL of the issuer of the device's tokens.")
          @Required
          @Pattern(Limits.URL)
          @Size(max = Limits.TEXT)
          String issuer,
      @JsonPropertyDescription("The subject that the issuer gives the device.")
          @Required
          @Pattern(Limits.PRINTABLE)
          @Size(max = Limits.WORD)
          String subject,
      @JsonPropertyDescription("The organisation that granted the device its role.")
          @Required
          @Pattern(Limits.PRINTABLE)
          @Size(max = Limits.WORD)
          String organisation) {}
}
