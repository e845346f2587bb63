package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a device may change. */
class MaintenanceWindowTest {
  /** Its clocks go from 2:00 to 3:00 on 2026-03-29, and from 3:00 to 2:00 on 2026-10-25. */
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    "0 3 * * *, 2026-11-25T10:00, 2026-11-26T03:00",
    "0 3 * * *, 2026-11-25T03:00, 2026-11-25T03:00",
    "*/15 * * * *, 2026-11-25T10:01, 2026-11-25T10:15",
    "'5,35 8-10/2 * * *', 2026-11-25T08:36, 2026-11-25T10:05",
    "0 3 * * 6, 2026-11-25T10:00, 2026-11-28T03:00",
    "0 3 * * 0, 2026-11-25T10:00, 2026-11-29T03:00",
    "0 3 * * 7, 2026-11-25T10:00, 2026-11-29T03:00",
    "0 3 * * Mon-fri, 2026-11-27T04:00, 2026-11-30T03:00",
    "30 2 1 jan *, 2026-11-25T10:00, 2027-01-01T02:30",
    "0 0 29 2 *, 2026-11-25T10:00, 2028-02-29T00:00",
    "0 0 29 2 *, 2096-03-01T10:00, 2104-02-29T00:00",
    "0 0 13 * fri, 2026-11-25T10:00, 2026-11-27T00:00",
    "0 0 13 * *, 2026-11-25T10:00, 2026-12-13T00:00",
    "59 23 31 12 *, 2026-12-31T23:59, 2026-12-31T23:59",
    "5/20 0 * * *, 2026-11-25T10:00, 2026-11-26T00:05",
  })
  void aScheduleComesAsInCrontab(String cron, LocalDateTime from, LocalDateTime comes) {
    assertEquals(Optional.of(comes), CronSchedule.parse(cron).orElseThrow().next(from));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0 3 * *",
        "0 3 * * * *",
        "60 3 * * *",
        "0 24 * * *",
        "0 3 0 * *",
        "0 3 * 13 *",
        "0 3 * * 8",
        "0 3 31 2 *",
        "x 3 * * *",
        "0 jan * * *",
        "5-1 * * * *",
        "0 3 * * sat-sun",
        "*/0 * * * *",
        "*/ * * * *",
        ", * * * *",
        "-1 * * * *",
        "@daily",
        "0 3 ? * *",
        "99999999999 3 * * *",
      })
  void whatIsNoScheduleOrNeverComesIsRefused(String cron) {
    assertEquals(Optional.empty(), CronSchedule.parse(cron));
  }

  /** Against the plain meaning of the fields, minute by minute. */
  @Test
  void theNextTimeIsTheFirstMinuteThatMatches() {
    var random = new Random(20_261_125);
    for (int round = 0; round < 300; round++) {
      int minute = random.nextInt(60);
      int hour = random.nextInt(24);
      int weekday = random.nextInt(7);
      var schedule =
          CronSchedule.parse("%d %d * * %d".formatted(minute, hour, weekday)).orElseThrow();
      var from = LocalDateTime.of(2026, 1, 1, 0, 0).plusMinutes(random.nextInt(500_000));
      var at = from;
      while (at.getMinute() != minute
          || at.getHour() != hour
          || at.getDayOfWeek().getValue() % 7 != weekday) {
        at = at.plusMinutes(1);
      }
      assertEquals(Optional.of(at), schedule.next(from), schedule.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0 3 * * *, 60, 2026-11-25T02:59:59+01:00, false",
    "0 3 * * *, 60, 2026-11-25T03:00:00+01:00, true",
    "0 3 * * *, 60, 2026-11-25T03:59:59+01:00, true",
    "0 3 * * *, 60, 2026-11-25T04:00:00+01:00, false",
    "0 23 * * *, 120, 2026-11-26T00:30:00+01:00, true",
    "0 0 * * 6, 2880, 2026-11-29T23:59:00+01:00, true",
    "0 0 * * 6, 2880, 2026-11-30T00:00:00+01:00, false",
    // 2:30 is left out: it comes an hour later
    "30 2 * * *, 30, 2026-03-29T01:59:00+01:00, false",
    "30 2 * * *, 30, 2026-03-29T03:30:00+02:00, true",
    "30 2 * * *, 30, 2026-03-29T04:00:00+02:00, false",
    // 2:30 comes twice: the first counts
    "30 2 * * *, 30, 2026-10-25T02:30:00+02:00, true",
    "30 2 * * *, 30, 2026-10-25T02:30:00+01:00, false",
    "30 2 * * *, 60, 2026-10-25T02:10:00+01:00, true",
  })
  void aWindowIsOpenFromItsTimeForItsLengthInLocalTime(
      String cron, int minutes, String now, boolean open) {
    assertEquals(open, window(cron, minutes).isOpen(ZonedDateTime.parse(now).toInstant(), BERLIN));
  }

  @ParameterizedTest
  @CsvSource({
    "0 3 * * *, 2026-11-25T03:00:00+01:00, 2026-11-26T03:00",
    "0 3 * * *, 2026-11-25T02:59:59+01:00, 2026-11-25T03:00",
    "30 2 * * *, 2026-03-29T00:00:00+01:00, 2026-03-29T03:30",
    "30 2 * * *, 2026-10-25T02:10:00+01:00, 2026-10-26T02:30",
  })
  void theNextOpeningIsToldInLocalTime(String cron, String now, LocalDateTime opens) {
    var from = ZonedDateTime.parse(now).toInstant();
    assertEquals(opens, window(cron, 60).opens(from, BERLIN));
  }

  /** A year of any schedule: the window is open just after each opening, closed just before. */
  @Test
  void atItsNextOpeningAWindowIsOpen() {
    var window = window("30 2 * * *", 10);
    var now = ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, BERLIN);
    for (int day = 0; day < 366; day++) {
      var opens = ZonedDateTime.of(window.opens(now.toInstant(), BERLIN), BERLIN);
      assertTrue(window.isOpen(opens.toInstant(), BERLIN), opens.toString());
      assertTrue(!window.isOpen(opens.minusSeconds(1).toInstant(), BERLIN), opens.toString());
      now = opens.plusMinutes(1);
    }
  }

  private static MaintenanceWindow window(String cron, int minutes) {
    return new MaintenanceWindow(
        CronSchedule.parse(cron).orElseThrow(), Duration.ofMinutes(minutes));
  }
}
