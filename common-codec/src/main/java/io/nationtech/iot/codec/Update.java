package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * How one device changes.
 *
 * @param json as received
 * @param minReadySeconds a new container must run before it counts as proven; absent: the agent's
 *     default
 * @param problem why this can't be kept to: a rule that is broken would change the device at a
 *     wrong time
 */
public record Update(
    JsonNode json,
    Optional<Integer> minReadySeconds,
    Optional<MaintenanceWindow> maintenanceWindow,
    Optional<Lock> lock,
    Optional<Problem> problem) {
  private static final int LONGEST_READY_SECONDS = 86_400;
  private static final int LONGEST_WINDOW_MINUTES = 10_080;
  private static final int LONGEST_LOCK_SECONDS = 604_800;
  private static final int USUAL_LOCK_SECONDS = 3600;

  /**
   * While the file is there, the application holds a change off.
   *
   * @param volume one of the deployment's named volumes
   * @param file its path in the volume, relative
   * @param atMost how long it may do so
   */
  public record Lock(String volume, String file, Duration atMost) {}

  /** {@code reason} is a CamelCase word, {@code message} names the field. */
  public record Problem(String reason, String message) {}

  /** Never fails: what can't be kept to says why. */
  public static Update of(JsonNode json) {
    try {
      var fields = Fields.of("update", json);
      var read =
          new Update(
              json,
              fields.optionalInteger("minReadySeconds", 0, LONGEST_READY_SECONDS),
              fields.optionalBelow("maintenanceWindow", Update::window),
              fields.optionalBelow("lock", Update::lock),
              Optional.empty());
      var unknown = fields.unknown();
      return unknown.isEmpty()
          ? read
          : unkept(json, "FieldNotSupported", UnsupportedScore.notSupported(unknown));
    } catch (MalformedDocumentException e) {
      return unkept(json, "UpdateInvalid", String.valueOf(e.getMessage()));
    }
  }

  private static Update unkept(JsonNode json, String reason, String message) {
    return new Update(
        json,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Problem(reason, message)));
  }

  /** What runs, unless it can't be changed to as it should. */
  Score supported(Score score) {
    return problem
        .<Score>map(why -> new UnsupportedScore(score.json(), why.reason(), why.message()))
        .orElse(score);
  }

  private static MaintenanceWindow window(Fields window) throws MalformedDocumentException {
    var schedule = CronSchedule.parse(window.text("schedule"));
    if (schedule.isEmpty()) {
      throw window.malformed("schedule", "must be five cron fields, as in 0 3 * * 6, that come");
    }
    var minutes = window.number("durationMinutes", 1, LONGEST_WINDOW_MINUTES);
    return new MaintenanceWindow(schedule.get(), Duration.ofMinutes(minutes));
  }

  private static Lock lock(Fields lock) throws MalformedDocumentException {
    var file =
        lock.match(
            "file",
            path -> ServiceReader.isPath("/" + path),
            "must be a path in the volume, without '.', '..' and '//'");
    var seconds = lock.optionalInteger("maxSeconds", 1, LONGEST_LOCK_SECONDS);
    return new Lock(
        ServiceReader.label(lock, "volume"),
        file,
        Duration.ofSeconds(seconds.orElse(USUAL_LOCK_SECONDS)));
  }
}
