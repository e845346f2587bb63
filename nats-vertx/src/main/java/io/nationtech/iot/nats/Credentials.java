package io.nationtech.iot.nats;

import io.nats.client.Options;

/** How a connection says who it is; asked again before every new connection. */
public interface Credentials {
  void apply(Options.Builder options);

  /** A user and a password. */
  static Credentials shared(String user, String password) {
    return options -> options.userInfo(user.toCharArray(), password.toCharArray());
  }
}
