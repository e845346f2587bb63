package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** The data of score type PodmanV0. It has no defaults: the agent applies them. */
public record PodmanData(
    @JsonPropertyDescription("The containers that make up the deployment.")
        @Required
        @Size(min = 1, max = 32)
        List<Service> services,
    @JsonPropertyDescription("Registries that want a login.") @Size(max = 16)
        List<Registry> registries) {

  /** A registry and where its login is kept. */
  public record Registry(
      @JsonPropertyDescription("The registry's host, with its port where it has one.")
          @Required
          @Pattern(Limits.NOT_BLANK)
          @Size(min = 1, max = 256)
          String host,
      @JsonPropertyDescription("Where the login is kept.") @Required Login secret) {}

  /** Two keys of one secret. */
  public record Login(
      @JsonPropertyDescription("The secret's path, relative to this deployment's own place.")
          @Required
          @Size(min = 1, max = Limits.PATH_LENGTH)
          String path,
      @JsonPropertyDescription("The key that holds the user name.")
          @Required
          @Size(min = 1, max = Limits.WORD)
          String usernameKey,
      @JsonPropertyDescription("The key that holds the password.")
          @Required
          @Size(min = 1, max = Limits.WORD)
          String passwordKey) {}
}
