package io.nationtech.iot.nats;

import io.nats.client.Nats;
import io.nats.client.Options;
import java.nio.file.Path;

/** How a connection says who it is; asked again before every new connection. */
public interface Credentials {
  void apply(Options.Builder options);

  /** A user and a password. */
  static Credentials shared(String user, String password) {
    return options -> options.userInfo(user.toCharArray(), password.toCharArray());
  }

  /** A {@code .creds} file, read again at every sign-in. */
  static Credentials file(Path creds) {
    return options -> options.authHandler(Nats.credentials(creds.toString()));
  }
}
