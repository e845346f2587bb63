package io.nationtech.iot.codec;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts as people write them; empty where a text is none, or too large or too small to be one.
 */
final class Quantity {
  private static final Pattern BYTES = Pattern.compile("([1-9][0-9]{0,18})(Ki|Mi|Gi|k|M|G)?");
  private static final Pattern CORES = Pattern.compile("[0-9]{1,5}(\\.[0-9]{1,3})?");
  private static final Pattern THOUSANDTHS = Pattern.compile("([1-9][0-9]{0,7})m");

  /** The kernel gives time in slices of 1 ms of 100 ms at the least. */
  private static final long LEAST_THOUSANDTHS = 10;

  private static final Map<String, Long> UNITS =
      Map.of(
          "",
          1L,
          "k",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30);

  private Quantity() {}

  /** {@code 64Mi} is 67108864 bytes. */
  static Optional<Long> bytes(String text) {
    return matched(BYTES, text)
        .flatMap(
            found -> {
              var unit = Optional.ofNullable(found.group(2)).orElse("");
              try {
                return Optional.of(
                    Math.multiplyExact(
                        Long.parseLong(found.group(1)), UNITS.getOrDefault(unit, 0L)));
              } catch (ArithmeticException | NumberFormatException e) {
                return Optional.empty();
              }
            });
  }

  /** {@code 0.5} and {@code 500m} are 500 thousandths of a core. */
  static Optional<Long> thousandths(String text) {
    return matched(CORES, text)
        .map(cores -> new BigDecimal(text).movePointRight(3).longValueExact())
        .or(() -> matched(THOUSANDTHS, text).map(found -> Long.parseLong(found.group(1))))
        .filter(amount -> amount >= LEAST_THOUSANDTHS);
  }

  private static Optional<Matcher> matched(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    return matcher.matches() ? Optional.of(matcher) : Optional.empty();
  }
}
