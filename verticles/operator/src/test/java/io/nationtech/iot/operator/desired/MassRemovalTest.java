package io.nationtech.iot.operator.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More than a tenth of the devices, and more than five, are too many. */
class MassRemovalTest {
  @ParameterizedTest(name = "{0} of {1}: {2}")
  @CsvSource({
    "0, 0, false",
    "1, 1, false",
    "5, 5, false",
    "6, 6, true",
    "6, 59, true",
    "6, 60, false",
    "7, 69, true",
    "7, 70, false",
    "1000, 10000, false",
    "1001, 10000, true"
  })
  void losingOfDevicesIsTooMany(int losing, int devices, boolean tooMany) {
    assertEquals(tooMany, MassRemoval.tooMany(losing, devices));
  }
}
