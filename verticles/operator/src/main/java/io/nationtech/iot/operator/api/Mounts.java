package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What a container is given from outside: variables, secrets, volumes, files and devices. */
public final class Mounts {
  private Mounts() {}

  /** One environment variable. */
  public record Variable(
      @JsonPropertyDescription("The variable's name.")
          @Required
          @Pattern(Limits.VARIABLE)
          @Size(min = 1, max = Limits.WORD)
          String name,
      @JsonPropertyDescription("The variable's value.") @Size(max = 32_768) String value) {}

  /** One key of one secret. */
  @ValidationRule(
      value = "has(self.env) != has(self.file)",
      message = "a secret must have env or file, and not both")
  public record Secret(
      @JsonPropertyDescription("What this secret is called in the deployment.")
          @Required
          @Pattern(Limits.LABEL)
          @Size(min = 1, max = Limits.LABEL_LENGTH)
          String name,
      @JsonPropertyDescription("The secret's path, relative to this deployment's own place.")
          @Required
          @Size(min = 1, max = Limits.PATH_LENGTH)
          String path,
      @JsonPropertyDescription("The key of the secret.") @Required @Size(min = 1, max = Limits.WORD)
          String key,
      @JsonPropertyDescription("The environment variable that gets the value.")
          @Pattern(Limits.VARIABLE)
          @Size(min = 1, max = Limits.WORD)
          String env,
      @JsonPropertyDescription("The file in the container that gets the value.")
          @Pattern(Limits.ABSOLUTE_PATH)
          @Size(max = Limits.PATH_LENGTH)
          String file) {}

  /** A named volume, or a path of the host. */
  @ValidationRule(
      value = "has(self.name) != has(self.hostPath)",
      message = "a volume must have name or hostPath, and not both")
  public record Volume(
      @JsonPropertyDescription(
              "The volume's name; the volume is called <deployment>.<name> and is kept when the"
                  + " deployment goes.")
          @Pattern(Limits.LABEL)
          @Size(min = 1, max = Limits.LABEL_LENGTH)
          String name,
      @JsonPropertyDescription("A path of the host; the device's own policy has to allow it.")
          @Pattern(Limits.ABSOLUTE_PATH)
          @Size(max = Limits.PATH_LENGTH)
          String hostPath,
      @JsonPropertyDescription("Where it is seen in the container.")
          @Required
          @Pattern(Limits.ABSOLUTE_PATH)
          @Size(max = Limits.PATH_LENGTH)
          String mountPath,
      @JsonPropertyDescription("Whether the container can't write to it.") Boolean readOnly) {}

  /** A small file with its text. */
  public record Content(
      @JsonPropertyDescription("Where the file is in the container.")
          @Required
          @Pattern(Limits.ABSOLUTE_PATH)
          @Size(max = Limits.PATH_LENGTH)
          String path,
      @JsonPropertyDescription("The file's text.") @Required @Size(max = Limits.FILE)
          String content,
      @JsonPropertyDescription("The file's mode, octal, as in 0644.")
          @Pattern("^0?[0-7]{3}$")
          @Size(max = 4)
          String mode) {}

  /** A device of the host. */
  public record HostDevice(
      @JsonPropertyDescription(
              "The device's path on the host; the device's own policy has to allow it.")
          @Required
          @Pattern(Limits.ABSOLUTE_PATH)
          @Size(max = Limits.PATH_LENGTH)
          String hostPath,
      @JsonPropertyDescription("Where it is seen in the container.")
          @Pattern(Limits.ABSOLUTE_PATH)
          @Size(max = Limits.PATH_LENGTH)
          String containerPath,
      @JsonPropertyDescription("What the container may do with it: r, w and m.")
          @Pattern("^r?w?m?$")
          @Size(min = 1, max = 3)
          String permissions) {}
}
