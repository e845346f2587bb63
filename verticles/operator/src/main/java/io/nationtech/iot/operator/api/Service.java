package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** One container of a deployment. */
public record Service(
    @JsonPropertyDescription(
            "The service's name, a DNS label; the container is called <deployment>.<name>.")
        @Required
        @Pattern(Limits.LABEL)
        @Size(min = 1, max = Limits.LABEL_LENGTH)
        String name,
    @JsonPropertyDescription("The image to run, with its registry and its tag or digest.")
        @Required
        @Pattern(Limits.NOT_BLANK)
        @Size(min = 1, max = Limits.PATH_LENGTH)
        String image,
    @JsonPropertyDescription("When the image is pulled.") PullPolicy pullPolicy,
    @JsonPropertyDescription("The entry point in place of the image's own, as in Kubernetes.")
        @Size(max = 64)
        List<@Size(max = Limits.LONG_TEXT) String> command,
    @JsonPropertyDescription("The arguments of the entry point, as in Kubernetes.") @Size(max = 128)
        List<@Size(max = Limits.LONG_TEXT) String> args,
    @JsonPropertyDescription("Environment variables.") @Size(max = 128) List<Mounts.Variable> env,
    @JsonPropertyDescription("Secrets, each as an environment variable or as a file.")
        @Size(max = 32)
        List<Mounts.Secret> secrets,
    @JsonPropertyDescription("Published ports.") @Size(max = 64) List<Port> ports,
    @JsonPropertyDescription("Named volumes and paths of the host.") @Size(max = 32)
        List<Mounts.Volume> volumes,
    @JsonPropertyDescription("Small files that are put into the container.") @Size(max = 32)
        List<Mounts.Content> files,
    @JsonPropertyDescription("Devices of the host.") @Size(max = 32)
        List<Mounts.HostDevice> devices,
    @JsonPropertyDescription("Services of this deployment that come first.") @Size(max = 32)
        List<Dependency> dependsOn,
    @JsonPropertyDescription("How it is found out whether the service is healthy.")
        Healthcheck healthcheck,
    @JsonPropertyDescription("When the container is started again.") RestartPolicy restartPolicy,
    @JsonPropertyDescription("The most that the container may use.") Resources resources,
    @JsonPropertyDescription("The user, and the group after a colon, that the process runs as.")
        @Pattern(Limits.NOT_BLANK)
        @Size(min = 1, max = Limits.WORD)
        String user,
    @JsonPropertyDescription("The directory that the process starts in.")
        @Pattern(Limits.ABSOLUTE_PATH)
        @Size(max = Limits.PATH_LENGTH)
        String workingDir,
    @JsonPropertyDescription("The network that the container is in.") Network network,
    @JsonPropertyDescription("Host names that the container is told of.") @Size(max = 32)
        List<ExtraHost> extraHosts,
    @JsonPropertyDescription("Linux capabilities that are taken away and given.")
        Capabilities capabilities,
    @JsonPropertyDescription("Whether the container's own file system can't be written.")
        Boolean readOnlyRootFilesystem,
    @JsonPropertyDescription(
            "Whether the container may do what its user may do on the host; the device's own policy"
                + " has to allow it.")
        Boolean privileged,
    @JsonPropertyDescription("Seconds between the request to stop and the kill; 300 when absent.")
        @Min(0)
        @Max(86_400)
        Integer stopTimeoutSeconds,
    @JsonPropertyDescription("Labels of the container.")
        @Size(max = 32)
        @ValidationRule(
            value = Limits.OWN_LABELS_ONLY,
            message = "labels that begin with io.nationtech.iot. are the agent's own")
        Map<String, @Size(max = Limits.TEXT) String> labels) {

  /** When an image is pulled. */
  public enum PullPolicy {
    Always,
    IfNotPresent,
    Never
  }

  /** When a container is started again. */
  public enum RestartPolicy {
    Always,
    OnFailure,
    Never
  }

  /** Which network a container is in. */
  public enum Network {
    bridge,
    host,
    none
  }

  /** Transport of a published port. */
  public enum Protocol {
    TCP,
    UDP,
    SCTP
  }

  /** How far another service must have come. */
  public enum Progress {
    Started,
    Healthy,
    Completed
  }

  /** One published port. */
  public record Port(
      @JsonPropertyDescription("The port inside the container.") @Required @Min(1) @Max(65_535)
          Integer containerPort,
      @JsonPropertyDescription("The port of the device; without it nothing outside reaches it.")
          @Min(1)
          @Max(65_535)
          Integer hostPort,
      @JsonPropertyDescription("The address of the device that is listened on.")
          @Size(min = 2, max = 45)
          String hostIP,
      @JsonPropertyDescription("The port's transport.") Protocol protocol) {}

  /** Another service of the deployment that comes first. */
  public record Dependency(
      @JsonPropertyDescription("The other service's name.")
          @Required
          @Pattern(Limits.LABEL)
          @Size(min = 1, max = Limits.LABEL_LENGTH)
          String service,
      @JsonPropertyDescription("How far the other service must have come.") @Required
          Progress condition) {}

  /** A command that tells whether the service is healthy. */
  public record Healthcheck(
      @JsonPropertyDescription("The command, run in the container; 0 means healthy.")
          @Required
          @Size(min = 1, max = 64)
          List<@Size(max = Limits.LONG_TEXT) String> command,
      @JsonPropertyDescription("Seconds from one check to the next.") @Min(1) @Max(86_400)
          Integer periodSeconds,
      @JsonPropertyDescription("Seconds after which a check has failed.") @Min(1) @Max(86_400)
          Integer timeoutSeconds,
      @JsonPropertyDescription("How many checks in a row fail before the service is unhealthy.")
          @Min(1)
          @Max(1000)
          Integer failureThreshold,
      @JsonPropertyDescription("Seconds after the start in which failures do not count.")
          @Min(0)
          @Max(86_400)
          Integer startPeriodSeconds) {}

  /** Limits of a container. */
  public record Resources(
      @JsonPropertyDescription("The most memory, as in 64Mi.")
          @Pattern("^[1-9][0-9]*(Ki|Mi|Gi|k|M|G)?$")
          @Size(max = 32)
          String memory,
      @JsonPropertyDescription("The most processor time, as in 0.5 of one core.")
          @Pattern("^([0-9]+(\\.[0-9]{1,3})?|[1-9][0-9]*m)$")
          @Size(max = 32)
          String cpus,
      @JsonPropertyDescription("The most processes and threads.") @Min(1) @Max(4_194_304)
          Integer pids) {}

  /** A host name and its address. */
  public record ExtraHost(
      @JsonPropertyDescription("The host name.")
          @Required
          @Pattern(Limits.NOT_BLANK)
          @Size(min = 1, max = 253)
          String name,
      @JsonPropertyDescription("The host's address.") @Required @Size(min = 2, max = 45)
          String ip) {}

  /** Linux capabilities. */
  public record Capabilities(
      @JsonPropertyDescription("Capabilities that are taken away, or ALL.") @Size(max = 64)
          List<@Size(min = 1, max = 64) String> drop,
      @JsonPropertyDescription("Capabilities that are given.") @Size(max = 64)
          List<@Size(min = 1, max = 64) String> add) {}
}
