package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nationtech.iot.callout.admit.Admission;
import io.nationtech.iot.callout.admit.Observer;
import io.nationtech.iot.callout.decide.Decision;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** From a message on the request subject to the message that answers it. */
public final class Answers {
  /** As nats-server names what its listeners for clients take. */
  private static final String CLIENT = "Client";

  private final Admission admission;
  private final Accounts accounts;
  private final Questions questions;
  private final Mint mint;
  private final Optional<Xkey> xkey;
  private final Clock clock;
  private final LoginLog log;
  private final Observer observer;

  public Answers(
      Admission admission, Accounts accounts, Optional<Xkey> xkey, Clock clock, Observer observer) {
    this.admission = admission;
    this.accounts = accounts;
    this.questions = new Questions(xkey, accounts.subject());
    this.mint = new Mint(accounts);
    this.xkey = xkey;
    this.clock = clock;
    this.log = new LoginLog(clock);
    this.observer = observer;
  }

  /**
   * Empty where there is no answer; never fails.
   *
   * @param waited how long the message has been here already
   */
  public Future<Optional<byte[]>> answer(
      byte[] data, Map<String, String> headers, Duration waited) {
    long began = System.nanoTime();
    return switch (questions.read(data, headers, clock.instant(), waited)) {
      case Incoming.Noise noise -> {
        told(new Incoming.Peer("", ""), new Decision.Ignore(noise.reason()), began);
        yield Future.succeededFuture(Optional.empty());
      }
      case Incoming.Question question ->
          decide(question)
              .map(
                  decision -> {
                    told(question.peer(), decision, began);
                    return written(question, decision);
                  });
    };
  }

  /** There is no room for one more to wait. */
  void leftOut() {
    told(
        new Incoming.Peer("", ""),
        new Decision.Ignore("too many wait, and it was the oldest"),
        System.nanoTime());
  }

  private Future<Decision> decide(Incoming.Question question) {
    if (!question.peer().kind().equals(CLIENT)) {
      return Future.succeededFuture(Decision.Deny.because("only clients are let in"));
    }
    return admission
        .decide(question.token())
        .map(
            decision ->
                decision instanceof Decision.Allow allow && !accounts.has(allow.account())
                    ? Decision.Deny.because("no key signs for account " + allow.account())
                    : decision);
  }

  private Optional<byte[]> written(Incoming.Question question, Decision decision) {
    return switch (decision) {
      case Decision.Allow allow ->
          Optional.of(sealed(question, mint.allow(question, allow, clock.instant())));
      case Decision.Deny deny ->
          Optional.of(sealed(question, mint.deny(question, clock.instant())));
      case Decision.Ignore ignore -> Optional.empty();
    };
  }

  private byte[] sealed(Incoming.Question question, String answer) {
    var bytes = answer.getBytes(US_ASCII);
    return xkey.map(key -> key.seal(bytes, question.server().xkey())).orElse(bytes);
  }

  private void told(Incoming.Peer peer, Decision decision, long began) {
    log.decided(peer, decision);
    observer.decided(decision, System.nanoTime() - began);
  }
}
