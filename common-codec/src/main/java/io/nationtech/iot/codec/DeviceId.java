package io.nationtech.iot.codec;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A device's id: a DNS label of at most 63 characters, so that it is one token in every subject and
 * key.
 */
public record DeviceId(String value) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  public DeviceId {
    if (!isLabel(value)) {
      throw new IllegalArgumentException(
          "a device id is 1 to 63 of a-z, 0-9 and '-', not at either end");
    }
  }

  /** Whether {@code text} is a DNS label; deployments, services and volumes have the same shape. */
  public static boolean isLabel(String text) {
    return LABEL.matcher(text).matches();
  }

  static void requireLabels(String field, Set<String> names) throws MalformedDocumentException {
    if (!names.stream().allMatch(DeviceId::isLabel)) {
      throw new MalformedDocumentException(field + " has a name that is no DNS label");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
