package io.nationtech.iot.callout.nats;

/** What came on the request subject. */
sealed interface Incoming {
  /** A nats-server's question. */
  record Question(Server server, String userNkey, String token, Peer peer) implements Incoming {
    /** The token stays out of logs. */
    @Override
    public String toString() {
      return "Question[" + peer + "]";
    }
  }

  /** Who asks; {@code xkey} is empty where nothing is sealed. */
  record Server(String id, String xkey) {}

  /** Who wants in, as the server sees it. */
  record Peer(String host, String kind) {}

  /** Anything else. */
  record Noise(String reason) implements Incoming {}
}
