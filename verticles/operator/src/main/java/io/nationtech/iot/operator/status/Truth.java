package io.nationtech.iot.operator.status;

/** The three values of a condition's status. */
public enum Truth {
  True,
  False,
  Unknown;

  static Truth of(boolean value) {
    return value ? True : False;
  }
}
