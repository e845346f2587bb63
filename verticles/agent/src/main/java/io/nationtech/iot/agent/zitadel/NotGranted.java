package io.nationtech.iot.agent.zitadel;

import io.nationtech.iot.agent.identity.Diagnosis;

/** There is no new token, and why. */
final class NotGranted extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Diagnosis diagnosis;

  NotGranted(Diagnosis diagnosis) {
    super(diagnosis.sentence());
    this.diagnosis = diagnosis;
  }

  Diagnosis diagnosis() {
    return diagnosis;
  }
}
