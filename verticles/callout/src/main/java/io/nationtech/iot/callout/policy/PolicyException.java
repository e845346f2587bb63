package io.nationtech.iot.callout.policy;

import java.util.List;

/** A policy that can't be used; the message names every problem. */
public final class PolicyException extends Exception {
  private static final long serialVersionUID = 1L;

  PolicyException(List<String> problems) {
    super(String.join("; ", problems));
  }
}
