package io.nationtech.iot.callout.nats;

import java.util.Map;
import java.util.Set;

/** Who signs for which account: nats-server has two ways of knowing accounts. */
public sealed interface Accounts {
  /** Accounts by name in the server's configuration; one key signs for all. */
  record Configured(Signer issuer) implements Accounts {
    @Override
    public boolean has(String account) {
      return true;
    }

    @Override
    public String subject() {
      return issuer.publicKey();
    }
  }

  /**
   * Accounts as JWTs of an operator; each has keys of its own.
   *
   * @param authentication the key, or a signing key, of the account that asks
   * @param authenticationAccount that account's public key
   * @param byName the accounts of the policy
   */
  record Operated(Signer authentication, String authenticationAccount, Map<String, Account> byName)
      implements Accounts {
    public Operated {
      byName = Map.copyOf(byName);
    }

    @Override
    public boolean has(String account) {
      return byName.containsKey(account);
    }

    @Override
    public String subject() {
      return authenticationAccount;
    }
  }

  /** An account's public key, and its key or a signing key. */
  record Account(String publicKey, Signer signer) {}

  /** Whether users can be made for {@code account}. */
  boolean has(String account);

  /** Whom a server's question is about. */
  String subject();

  /** The names in {@code wanted} that users can't be made for. */
  default Set<String> missing(Set<String> wanted) {
    return wanted.stream()
        .filter(account -> !has(account))
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }
}
