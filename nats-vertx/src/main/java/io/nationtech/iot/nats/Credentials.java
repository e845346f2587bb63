package io.nationtech.iot.nats;

import io.nats.client.Nats;
import io.nats.client.Options;
import java.nio.file.Path;
import java.util.function.Supplier;

/** How a connection says who it is; asked again before every new connection. */
public interface Credentials {
  /** Called on a worker. */
  void apply(Options.Builder options);

  /** Whether there is anything to say yet; where not, {@link NatsConnection#renew} is awaited. */
  default boolean ready() {
    return true;
  }

  /**
   * The servers did not accept what was said; called on the connection's context, once a round of
   * tries, however many servers there are.
   */
  default void refused() {}

  /** The server let this in; called on the connection's context. */
  default void accepted() {}

  /** A user and a password. */
  static Credentials shared(String user, String password) {
    return options -> options.userInfo(user.toCharArray(), password.toCharArray());
  }

  /** A token, asked for at every connect, those that jnats makes by itself included. */
  static Credentials token(Supplier<String> token) {
    return options -> options.tokenSupplier(() -> token.get().toCharArray());
  }

  /** A file of a user JWT and its seed, as nsc writes it; read again at every connect. */
  static Credentials file(Path file) {
    return options -> options.authHandler(Nats.credentials(file.toString()));
  }
}
