package io.nationtech.iot.operator.status;

/** How a Device stands towards the document of its name. */
public sealed interface Standing {
  /** This Device's namespace looks after the device, and its document is written. */
  record Held() implements Standing {}

  /** Another owner looks after it. */
  record Refused(String owner) implements Standing {}

  /** The document can't be written: it would be too large. */
  record TooLarge(int bytes) implements Standing {}

  /** The document was not written: too many devices would lose deployments. */
  record Stopped(int losing, int devices) implements Standing {}
}
