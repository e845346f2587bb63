package io.nationtech.iot.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** How one device changes. */
public record Update(
    @JsonPropertyDescription("Seconds a new container must run before it counts as proven.")
        @Min(0)
        @Max(86_400)
        Integer minReadySeconds,
    @JsonPropertyDescription("When the device may change, in its own local time.")
        MaintenanceWindow maintenanceWindow,
    @JsonPropertyDescription("A file by which the application may hold a change off.") Lock lock) {

  /** A time that comes again. */
  public record MaintenanceWindow(
      @JsonPropertyDescription("When the window opens, as five cron fields.")
          @Required
          @Pattern(Limits.CRON)
          @Size(max = Limits.WORD)
          String schedule,
      @JsonPropertyDescription("Minutes that the window stays open.") @Required @Min(1) @Max(10_080)
          Integer durationMinutes) {}

  /** While the file is there the device does not change. */
  public record Lock(
      @JsonPropertyDescription("The named volume that the file is in.")
          @Required
          @Pattern(Limits.LABEL)
          @Size(min = 1, max = Limits.LABEL_LENGTH)
          String volume,
      @JsonPropertyDescription("The file's path in the volume.")
          @Required
          @Pattern(Limits.RELATIVE_PATH)
          @Size(min = 1, max = Limits.PATH_LENGTH)
          String file,
      @JsonPropertyDescription("Seconds after which the change goes on all the same.")
          @Min(1)
          @Max(604_800)
          Integer maxSeconds) {}
}
