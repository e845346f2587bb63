package io.nationtech.iot.codec;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times that come again, as five cron fields: minute, hour, day of the month, month, day of the
 * week. Each a list of {@code *}, {@code 5}, {@code 1-5}, {@code JAN} or {@code MON}, and any of
 * these by steps, {@code *}{@code /15}; 0 and 7 are Sunday. Where both kinds of day are restricted,
 * either will do, as in crontab.
 */
public final class CronSchedule {
  private static final Pattern PART =
      Pattern.compile("(\\*|([0-9A-Z]{1,3})(-([0-9A-Z]{1,3}))?)(/([0-9]{1,2}))?");
  private static final List<String> NO_NAMES = List.of();
  private static final List<String> MONTHS =
      List.of(
          "", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  /** The 29th of February of a certain weekday may be 40 years away. */
  private static final int MOST_DAYS = 41 * 366;

  private final String text;
  private final long minutes;
  private final long hours;
  private final long days;
  private final long months;
  private final long weekdays;
  private final boolean eitherDay;

  private CronSchedule(String text, String[] fields) {
    this.text = text;
    this.minutes = bits(fields[0], 0, 59, NO_NAMES);
    this.hours = bits(fields[1], 0, 23, NO_NAMES);
    this.days = bits(fields[2], 1, 31, NO_NAMES);
    this.months = bits(fields[3], 1, 12, MONTHS);
    long week = bits(fields[4], 0, 7, DAYS);
    this.weekdays = has(week, 7) ? week | 1 : week;
    this.eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
  }

  /** Empty where this is no schedule, or one that never comes. */
  public static Optional<CronSchedule> parse(String text) {
    var fields = text.strip().toUpperCase(Locale.ROOT).split("[ \t]+", -1);
    if (fields.length != 5) {
      return Optional.empty();
    }
    try {
      var schedule = new CronSchedule(text, fields);
      return schedule.next(LocalDateTime.of(2000, 1, 1, 0, 0)).map(comes -> schedule);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The first of its times that is not before {@code from}. */
  Optional<LocalDateTime> next(LocalDateTime from) {
    var least = from.truncatedTo(ChronoUnit.MINUTES);
    var at = least.isBefore(from) ? least.plusMinutes(1) : least;
    for (int day = 0; day < MOST_DAYS; day++) {
      var date = at.toLocalDate().plusDays(day);
      var time = day == 0 ? at.toLocalTime() : LocalTime.MIN;
      if (comesOn(date)) {
        var found = next(time);
        if (found.isPresent()) {
          return found.map(date::atTime);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<LocalTime> next(LocalTime from) {
    for (int hour = from.getHour(); hour < 24; hour++) {
      int first = hour == from.getHour() ? from.getMinute() : 0;
      long left = has(hours, hour) ? minutes >>> first : 0;
      if (left != 0) {
        return Optional.of(LocalTime.of(hour, first + Long.numberOfTrailingZeros(left)));
      }
    }
    return Optional.empty();
  }

  private boolean comesOn(LocalDate date) {
    boolean day = has(days, date.getDayOfMonth());
    boolean weekday = has(weekdays, date.getDayOfWeek().getValue() % 7);
    return has(months, date.getMonthValue()) && (eitherDay ? day || weekday : day && weekday);
  }

  private static boolean has(long bits, int number) {
    return (bits >>> number & 1) == 1;
  }

  private static long bits(String field, int min, int max, List<String> names) {
    long bits = 0;
    for (var part : field.split(",", -1)) {
      bits |= part(part, min, max, names);
    }
    return bits;
  }

  private static long part(String part, int min, int max, List<String> names) {
    var match = PART.matcher(part);
    if (!match.matches()) {
      throw new IllegalArgumentException(part);
    }
    boolean all = match.group(2) == null;
    int first = all ? min : number(match.group(2), names);
    int step = match.group(6) == null ? 1 : Integer.parseInt(match.group(6));
    int last = first;
    if (match.group(4) != null) {
      last = number(match.group(4), names);
    } else if (all || match.group(6) != null) {
      last = max;
    }
    if (first < min || last > max || first > last || step < 1) {
      throw new IllegalArgumentException(part);
    }
    long bits = 0;
    for (int number = first; number <= last; number += step) {
      bits |= 1L << number;
    }
    return bits;
  }

  private static int number(String word, List<String> names) {
    int named = names.indexOf(word);
    return named >= 0 ? named : Integer.parseInt(word);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CronSchedule schedule && schedule.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
