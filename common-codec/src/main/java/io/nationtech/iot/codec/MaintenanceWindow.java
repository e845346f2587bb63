package io.nationtech.iot.codec;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * A time that comes again, in which a device may change. A time that a change of the clock leaves
 * out comes that much later, and one that comes twice counts once.
 */
public record MaintenanceWindow(CronSchedule schedule, Duration length) {
  /** More than any clock is ever moved for summer. */
  private static final long MARGIN_MINUTES = 180;

  /** Whether it is open at {@code now}. */
  public boolean isOpen(Instant now, ZoneId zone) {
    var local = LocalDateTime.ofInstant(now, zone);
    var last = local.plusMinutes(MARGIN_MINUTES);
    var at = next(local.minus(length).minusMinutes(MARGIN_MINUTES));
    while (!at.isAfter(last)) {
      var opens = ZonedDateTime.of(at, zone).toInstant();
      if (!opens.isAfter(now) && opens.plus(length).isAfter(now)) {
        return true;
      }
      at = next(at.plusMinutes(1));
    }
    return false;
  }

  /** When it opens the next time after {@code now}, in the zone's own time. */
  public LocalDateTime opens(Instant now, ZoneId zone) {
    var at = next(LocalDateTime.ofInstant(now, zone).minusMinutes(MARGIN_MINUTES));
    while (!ZonedDateTime.of(at, zone).toInstant().isAfter(now)) {
      at = next(at.plusMinutes(1));
    }
    return ZonedDateTime.of(at, zone).toLocalDateTime();
  }

  /** A schedule that never comes is none. */
  private LocalDateTime next(LocalDateTime from) {
    return schedule.next(from).orElseThrow();
  }
}
