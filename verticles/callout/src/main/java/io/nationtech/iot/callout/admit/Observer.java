package io.nationtech.iot.callout.admit;

import io.nationtech.iot.callout.decide.Decision;

/** Is told what became of each request, and after how long. */
public interface Observer {
  void decided(Decision decision, long nanoseconds);
}
