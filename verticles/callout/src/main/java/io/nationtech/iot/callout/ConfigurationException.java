package io.nationtech.iot.callout;

/** What the callout was told can't be used; the message says which option, and holds no secret. */
final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}
