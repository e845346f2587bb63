package io.nationtech.iot.callout.nats;

import static io.nationtech.iot.codec.Shown.shown;

import io.nationtech.iot.callout.decide.Decision;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The true reasons, for whoever looks after the callout; a flood of strangers is only counted. */
final class LoginLog {
  private static final Logger LOG = LoggerFactory.getLogger(LoginLog.class);
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int MOST = 50;

  private final Clock clock;
  private Instant began = Instant.MIN;
  private int said;
  private int unsaid;

  LoginLog(Clock clock) {
    this.clock = clock;
  }

  void decided(Incoming.Peer peer, Decision decision) {
    switch (decision) {
      case Decision.Allow allow -> {
        // Ten thousand devices that come back at once are not news.
        if (LOG.isDebugEnabled()) {
          LOG.debug(
              "'{}' from {}: let into {} until {}",
              allow.name(),
              shown(peer.host()),
              allow.account(),
              allow.expiry());
        }
      }
      case Decision.Deny deny -> {
        if (room()) {
          LOG.warn("login from {} denied: {}", shown(peer.host()), deny.reason());
        }
      }
      case Decision.Ignore ignore -> {
        if (room()) {
          LOG.warn("a request was ignored: {}", ignore.reason());
        }
      }
    }
  }

  private boolean room() {
    var now = clock.instant();
    if (began.isBefore(now.minus(WINDOW))) {
      if (unsaid > 0) {
        LOG.warn("{} more were denied or ignored", unsaid);
      }
      began = now;
      said = 0;
      unsaid = 0;
    }
    if (said >= MOST) {
      unsaid++;
      return false;
    }
    said++;
    return true;
  }
}
