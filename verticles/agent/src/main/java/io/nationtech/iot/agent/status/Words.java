package io.nationtech.iot.agent.status;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as a person at the device reads them: by this machine's time zone. */
public record Words(Instant now, ZoneId zone) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz", Locale.ROOT);
  private static final int LONGEST = 160;
  private static final int BEGINNING = 60;

  /** Without the date where it is today's. */
  public String time(Instant instant) {
    var there = instant.atZone(zone);
    boolean today = there.toLocalDate().equals(now.atZone(zone).toLocalDate());
    return (today ? TIME : DAY).format(there);
  }

  /** With the date, the seconds and the zone. */
  public String full(Instant instant) {
    return FULL.format(instant.atZone(zone));
  }

  /**
   * One line of bounded length, whatever somebody else's server said. What is left out is the
   * middle: chains of reasons begin with what was tried and end with the cause.
   */
  public static String brief(String text) {
    var line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= LONGEST
        ? line
        : line.substring(0, BEGINNING)
            + " ... "
            + line.substring(line.length() - (LONGEST - BEGINNING));
  }
}
